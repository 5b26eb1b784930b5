import pytest

from synthgap.measure.stats.intervals import Interval
from synthgap.tell import words
from tests.tell import hand_made


@pytest.mark.parametrize(
    ("difference", "expected"),
    [(0.1234, "+12.3"), (-0.1234, "-12.3"), (0.0, "+0.0"), (-0.0004, "+0.0"), (-0.0006, "-0.1")],
)
def test_a_difference_is_told_in_points_with_its_sign_and_nothing_has_no_minus(
    difference, expected
):
    assert words.points(difference) == expected


def test_intervals_are_told_in_percent():
    assert words.percent_interval(Interval(0.8766, 0.8, 1.0, 9)) == "87.7 (80.0 to 100.0)"
    assert words.points_interval(Interval(0.05, -0.01, 0.11, 9)) == "+5.0 (-1.0 to +11.0)"


def test_the_answer_says_for_each_model_what_is_lost_or_gained_and_where():
    cards = {
        task: hand_made.card(
            {"zero_shot": (0.3, 0.27, 0.34), "few_shot": (-0.1, -0.14, -0.07)},
            models=("minilm", "tfidf"),
        )
        for task in ("weather", "moods")
    }
    whole = hand_made.summary(
        cards, sources=["real", "zero_shot", "few_shot"], models=["minilm", "tfidf"]
    )
    first, second = words.answers(whole)
    assert first == (
        "Trained on LLM-written instead of human texts, minilm on average over 2 tasks loses 30.0 "
        "points of macro-F1 with zero-shot texts (they stand in on 0, fall short on 2) and gains "
        "10.0 points of macro-F1 with few-shot texts (they stand in on 2, fall short on 0)."
    )
    assert second == first.replace("minilm", "tfidf")


def test_without_real_texts_there_is_no_answer():
    cards = {task: hand_made.card({}) for task in ("weather", "moods")}
    (answer,) = words.answers(hand_made.summary(cards, sources=["real"]))
    assert answer.startswith("No answer")


def test_sample_sizes_are_one_number_or_a_range():
    assert words.sample_sizes(hand_made.summary()) == "50 to 80"
    assert words.sample_sizes(hand_made.summary(tasks=["moods"])) == "80"


def test_one_is_not_a_plural():
    assert [words.count(n, "seed") for n in (1, 2)] == ["1 seed", "2 seeds"]
