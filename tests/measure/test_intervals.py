import pytest

from synthgap.measure.stats.intervals import Interval, mean_interval


def test_the_distances_of_independent_limits_add_up_in_squares():
    # Values 0.5 and 0.7, mean 0.6. Below: distances 0.3 and 0.4, root of 0.09 + 0.16 is 0.5, and
    # half of that for the mean of two. Above: 0.06 and 0.08, root of 0.01 is 0.1, half is 0.05.
    mean = mean_interval([Interval(0.5, 0.2, 0.56, 500), Interval(0.7, 0.3, 0.78, 80)])
    assert mean == pytest.approx((0.6, 0.35, 0.65, 2))


def test_the_mean_of_one_is_itself_and_counts_one():
    assert mean_interval([Interval(0.5, 0.25, 0.75, 500)]) == (0.5, 0.25, 0.75, 1)


def test_nothing_has_no_mean():
    with pytest.raises(ValueError, match="no intervals"):
        mean_interval([])
