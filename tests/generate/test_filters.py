import pytest

from synthgap.generate import filters


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u2060 \ufeff", "\u00a0"])
def test_a_text_of_which_nothing_can_be_seen_is_empty(text):
    assert filters.is_empty(text)


@pytest.mark.parametrize("text", ["a", ".", "😂", "\u200b!"])
def test_a_text_of_which_something_can_be_seen_is_not_empty(text):
    assert not filters.is_empty(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't assist with that request.",
        "I’m sorry, but I can’t help with that.",
        "Sorry, I can't help you with this type of content.",
        "I am very sorry but I am unable to fulfill your request.",
        "I cannot fulfil this request. It could be used to deceive people.",
        "I can't comply with that request",
        "We're unable to process this kind of request.",
        "I apologize, but I cannot create content that mocks a real person.",
        "My apologies, but I'm not able to help with such requests.",
        "I'm sorry, but I can't write spam messages, even as an example.",
        "I'm afraid I won't generate anything that may be hurtful.",
        "As an AI language model, I do not have personal experiences.",
        "Sorry, but as an AI developed by Acme, I have no feelings.",
        "Certainly not: as a large language model, my role is to inform.",
        "I'm just an AI and cannot feel joy.",
        "I AM AN AI ASSISTANT, SO I DON'T WATCH FILMS.",
    ],
)
def test_speaking_about_not_writing_is_a_refusal(text):
    assert filters.is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry I can't make it tonight, mum needs the car",
        "I'm sorry, but I can't come before nine.",
        "Sorry, I can't help you with the move on Saturday, my back is out again",
        "sorry but i cant help with that essay till monday",
        "Sorry can't talk now, in class",
        "I'm sorry",
        "I'm afraid I can't do that, Dave.",
        "I can't write anything offensive enough about this film.",
        "I cannot recommend this film to anybody.",
        "I won't generate much warmth in here with one candle, said the minister.",
        "I can't complete that level without crying",
        "He apologised, but could not assist with that inquiry, the police said.",
        "Ministers refused to comply with that request.",
        "She worked as an AI researcher, I think, before she bought the goats.",
        "The start-up calls its chatbot an AI assistant that cannot be insulted.",
        "we're not going lol",
    ],
)
def test_an_apology_or_an_inability_alone_is_no_refusal(text):
    assert not filters.is_refusal(text)


def test_words_are_counted_between_white_space():
    assert filters.n_words(" one, two\n\nthree-four ! ") == 4


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Sarcastic: area man finds joy in queue", "sarcastic"),
        ("**Sarcastic:** area man finds joy in queue", "sarcastic"),
        ('"Spam": win a goat', "spam"),
        ("Not sarcastic: council mends road", "not_sarcastic"),
        ("not-sarcastic: council mends road", "not_sarcastic"),
        ("Sci/Tech - A kettle that sends mail", "Sci/Tech"),
        ("World – Talks go on", "World"),
        ("(World) Talks go on", "World"),
        ("Talks go on [World]", "World"),
        ("Label: spam. Win a goat", "spam"),
        ("Win a goat. Sentiment = 'positive'", "positive"),
        ("a goat won it. category: Sci/Tech", "Sci/Tech"),
        ("positive:", "positive"),
    ],
)
def test_a_text_that_is_marked_with_its_label_names_it(text, label):
    assert filters.names_label(text, label, [label, "another"])


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("World leaders meet in Geneva over grain", "World"),
        ("World-class sprinter - and baker - retires", "World"),
        ("Sports are good for you, and so is business", "Sports"),
        ("(Sports Network) - The Herons have a new coach", "Sports"),
        ("Joy :) it rained at last", "joy"),
        ("joy:) it rained at last", "joy"),
        ("@joy: thanks for the goat", "joy"),
        ("so much #joy today", "joy"),
        ("What joy: the bus came", "joy"),
        ("Positives: the goat. Negatives: the rest", "positive"),
        ("A surprise (surprise) party", "surprise"),
        ("First class: sports for everybody", "spam"),
        ("Classic: Sportsmen tell", "Sports"),
        ("Sarcastic: he meant it", "not_sarcastic"),
    ],
)
def test_a_text_that_uses_the_word_does_not_name_its_label(text, label):
    assert not filters.names_label(text, label, [label, "another"])


@pytest.mark.parametrize(
    ("labels", "label", "named"),
    [
        (["irony", "non_irony"], "irony", True),
        (["humor", "not_humor"], "humor", False),
        (["irony", "joy"], "irony", False),
        (["irony", "non_irony"], "non_irony", False),
    ],
)
def test_a_hashtag_names_a_label_that_has_its_negation_beside_it(labels, label, named):
    assert filters.names_label("the umbrella shop leaks #Irony", label, labels) is named


def test_words_are_compared_without_case_and_punctuation():
    assert filters.words("It’s 5-all, FOLKS…") == ("it's", "5", "all", "folks")


def test_the_runs_of_a_text_are_all_its_stretches_of_that_many_words():
    assert filters.runs("a b, c d", 3) == {("a", "b", "c"), ("b", "c", "d")}
    assert filters.runs("a b", 3) == set()
