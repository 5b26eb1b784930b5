import pytest

from synthgap.generate.backend import Example
from synthgap.generate.sieve import Sieve
from tests.generate.made import brief, candidate, settings

FIRST = "The heron waits by the cold river all morning."
POOL = [Example("r1", "A goat stands on the roof of the bus.", "rain")]


def judged(*texts, labels=("sun", "rain"), pool=POOL, **changes):
    sieve = Sieve(brief(labels, pool), settings(**changes))
    return [sieve.judge(candidate(text, label)) for text, label in texts]


def test_the_reasons_stand_in_the_order_in_which_they_are_looked_for():
    assert Sieve(brief(), settings()).reasons == (
        "rejected",
        "content_filter",
        "truncated",
        "unfinished",
        "open_thought",
        "not_json",
        "empty",
        "refusal",
        "too_short",
        "too_long",
        "names_its_label",
        "repeat",
        "near_repeat",
        "copies_example",
        "surplus",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("I cannot fulfill this request.", "refusal"),
        ("Sun!", "too_short"),
        ("one two three four five six seven eight nine ten eleven", "too_long"),
        ("Sun: it is hot", "names_its_label"),
        ("the HERON waits by  the cold river all morning.", "repeat"),
        ("The heron waits by the cold rivers all morning.", "near_repeat"),
        ("a goat stands on the roof of the bus", "copies_example"),
        ("Nothing else is like this one here.", None),
    ],
)
def test_a_text_is_dropped_for_its_reason(text, reason):
    kept, found = judged((FIRST, "sun"), (text, "sun"), min_words=2, max_words=10)
    assert (kept, found) == (None, reason)


@pytest.mark.parametrize(("n", "reason"), [(1, "too_short"), (2, None), (4, None), (5, "too_long")])
def test_both_bounds_of_the_length_are_allowed(n, reason):
    text = " ".join(["heat", "wave", "comes", "back", "soon"][:n])
    assert judged((text, "sun"), min_words=2, max_words=4) == [reason]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("As an AI, I cannot.", "refusal", id="refusal before too_long"),
        pytest.param("sun: a b c d e", "too_long", id="too_long before names_its_label"),
        pytest.param("sun: hot", "names_its_label", id="names_its_label before repeat"),
        pytest.param("hot sand", "repeat", id="repeat before near_repeat"),
        pytest.param("hot sands", "near_repeat", id="near_repeat before copies_example"),
        pytest.param("cold sea", "copies_example", id="copies_example before surplus"),
        pytest.param("warm air", "surplus", id="surplus last"),
    ],
)
def test_the_first_reason_that_applies_is_given(text, reason):
    pool = [Example(f"r{i}", t, "sun") for i, t in enumerate(["hot sands", "cold sea"])]
    first, second = judged(("hot sand", "sun"), (text, "sun"), pool=pool, per_label=1, max_words=4)
    assert (first, second) == (None, reason)


def test_the_same_text_under_two_labels_is_kept_once():
    assert judged((FIRST, "sun"), (FIRST, "rain")) == [None, "repeat"]


def test_nearly_the_same_text_under_another_label_is_kept():
    other = FIRST.replace("cold", "warm")
    assert judged((FIRST, "sun"), (other, "rain"), (other, "sun")) == [None, None, "repeat"]


def test_only_kept_texts_can_be_repeated():
    # The second is surplus, so the third, under another label, is the first of its kind.
    found = judged(("One.", "sun"), (FIRST, "sun"), (FIRST, "rain"), per_label=1)
    assert found == [None, "surplus", None]


def test_what_is_missing_shrinks_with_each_kept_text():
    sieve = Sieve(brief(), settings(per_label=2))
    assert sieve.short == {"sun": 2, "rain": 2}
    sieve.judge(candidate("Hot sand.", "sun"))
    assert sieve.short == {"sun": 1, "rain": 2}
    sieve.judge(candidate("A warm evening.", "sun"))
    assert sieve.short == {"rain": 2}
    assert sieve.kept == {"sun": 2, "rain": 0}
