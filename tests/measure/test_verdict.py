import numpy as np
import pytest

from synthgap.measure.scoring.verdict import even_rows, verdict
from synthgap.measure.stats.intervals import Interval
from synthgap.measure.stats.proportions import wilson_interval


def judged(value, low, high, rows=500):
    return verdict(Interval(value, low, high, rows), tolerance=0.02, even_rows=rows)


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (-0.02, -0.05, 0.01, "stands in"),
        (-0.02, -0.05, 0.02, "undecided"),
        (-0.06, -0.09, -0.03, "stands in"),
        (0.0, -0.0201, 0.0201, "undecided"),
        (0.05, 0.02, 0.09, "undecided"),
        (0.05, 0.0201, 0.09, "falls short"),
    ],
)
def test_the_verdict_is_where_the_whole_interval_lies(value, low, high, expected):
    assert judged(value, low, high) == expected


@pytest.mark.parametrize(
    ("rows", "expected"), [(24, "undecided"), (188, "undecided"), (189, "stands in")]
)
def test_without_any_difference_it_takes_texts_enough_that_the_tolerance_would_show(rows, expected):
    # 0.02^2 >= Z^2 0.02 (1 - 0.02) / n from n = 3.8415 * 49 = 188.2 on, which is also where
    # Wilson's interval of no text of n ends.
    assert judged(0, 0, 0, rows) == expected
    assert (wilson_interval(0, rows).high <= 0.02) == (expected == "stands in")


def test_no_difference_stands_in_for_no_tolerance_however_many_texts_there_are():
    assert verdict(Interval(0, 0, 0, 10**6), tolerance=0, even_rows=10**6) == "undecided"


def test_a_source_that_is_much_better_stands_in_on_few_texts():
    # d = 0.32, a = 0.12: 0.1024 against 0.0144 + 3.8415 * 0.32 * 1.28 / 24 = 0.0800.
    assert judged(-0.3, -0.42, -0.18, rows=24) == "stands in"
    assert judged(-0.3, -0.42, -0.18, rows=16) == "undecided"


def test_a_few_errors_are_judged_as_wilsons_interval_judges_them():
    # The source alone is wrong on so many of 500 texts. With the standard error of such a share the
    # formula is that of a score test, which Wilson's interval turns round: three are tested (up to
    # 0.0175), four not (0.0203), whose bootstrap may end at 0.016.
    for errors, expected in {3: "stands in", 4: "undecided", 5: "undecided"}.items():
        share = errors / 500
        assert (wilson_interval(share, 500).high <= 0.02) == (expected == "stands in")
        arm = 1.959964 * (share * (1 - share) / 500) ** 0.5
        assert judged(share, share - arm, share + arm) == expected


def test_rows_are_as_many_as_there_are_where_labels_are_equally_frequent():
    assert even_rows(np.repeat([0, 1, 2, 3], 25)) == pytest.approx(100)
    assert even_rows(np.zeros(7, dtype=np.int64)) == 7


def test_rare_labels_make_fewer_rows():
    # Two labels, of 20 and 180 texts: twice 2 / (1/20 + 1/180) = 36.
    truth = np.repeat([0, 1], [20, 180])
    assert even_rows(truth) == pytest.approx(72)
    # One of the 20 taken for the other: F1 38/39 and 360/361; macro-F1 falls by 1/70.4.
    lost = (1 / 39 + 1 / 361) / 2
    assert lost == pytest.approx(1 / even_rows(truth), rel=0.03)


def test_a_tolerance_that_rare_labels_cannot_show_is_not_met():
    # A source that errs on 7.3 % of a label with 25 of 500 texts loses 2 points, and in 15 of 100
    # test tables on none of the 25.
    gap, truth = Interval(0, 0, 0, 500), np.repeat([0, 1], [25, 475])
    assert verdict(gap, 0.02, even_rows(truth)) == "undecided"
