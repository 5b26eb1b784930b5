import numpy as np
import pytest

from synthgap.measure.stats.difference import difference_interval
from synthgap.measure.stats.intervals import Interval


def test_the_difference_by_hand():
    # Low: 0.9 - 0.8 - sqrt((0.9 - 0.86)^2 + (0.83 - 0.8)^2) = 0.1 - sqrt(0.0016 + 0.0009) = 0.05.
    # High: 0.1 + sqrt((0.96 - 0.9)^2 + (0.8 - 0.72)^2) = 0.1 + sqrt(0.0036 + 0.0064) = 0.2.
    rise = difference_interval(Interval(0.9, 0.86, 0.96, 50), Interval(0.8, 0.72, 0.83, 40))
    assert rise == pytest.approx((0.1, 0.05, 0.2, 40))


def test_swapping_the_numbers_mirrors_the_interval():
    one, other = Interval(0.9, 0.86, 0.96, 50), Interval(0.8, 0.72, 0.83, 40)
    value, low, high, n = difference_interval(one, other)
    assert difference_interval(other, one) == pytest.approx((-value, -high, -low, n))


@pytest.mark.parametrize("correlation", [0.0, 0.8], ids=["independent", "on the same texts"])
def test_the_interval_covers_at_least_as_often_as_it_says(correlation):
    rng = np.random.default_rng(5)
    noise = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], size=4000)
    covered = 0
    for new, old in noise:
        rise = difference_interval(
            Interval(new, new - 1.96, new + 1.96, 1), Interval(old, old - 1.96, old + 1.96, 1)
        )
        covered += rise.low <= 0 <= rise.high
    assert covered / 4000 > 0.94
