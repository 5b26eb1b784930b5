import pytest

from synthgap.measure.relation.card import Relation
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


@pytest.mark.parametrize(
    ("p", "expected"), [(0.1437, "0.144"), (1.0, "1.000"), (0.0005, "0.001"), (0.0004, "< 0.001")]
)
def test_no_p_is_told_as_nothing(p, expected):
    assert words.p_value(p) == expected


def test_a_correlation_is_told_with_p_and_without_rho_there_is_a_reason_and_no_p():
    found = Relation(n=10, rho=0.5, low=-0.2, high=0.864, p=0.1437)
    assert words.rho_and_p(found) == "ρ = +0.50 (-0.20 to +0.86), p = 0.144"
    assert words.rho_and_p(found.model_copy(update={"p": 0.0001})).endswith(", p < 0.001")
    absent = Relation(n=2, absent={"rho": "n is 2, expected at least 3"})
    assert words.rho_and_p(absent) == "ρ not known (n is 2, expected at least 3)"
    assert words.rho_and_p(Relation(n=2)) == "ρ not known"
