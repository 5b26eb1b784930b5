import math

import pytest
from scipy.stats import binomtest

from synthgap.measure.stats.proportions import Z, wilson_interval


def test_wilson_interval_of_one_half_by_hand():
    # At 1/2 the centre is 1/2, and half the width is z / (2 sqrt(n + z^2)).
    half = Z / (2 * math.sqrt(10 + Z * Z))
    assert wilson_interval(0.5, 10) == pytest.approx((0.5, 0.5 - half, 0.5 + half, 10))


def test_wilson_interval_of_none_begins_at_0_and_of_all_ends_at_1():
    # At 0 the other end is z^2 / (n + z^2).
    other = Z * Z / (7 + Z * Z)
    assert wilson_interval(0.0, 7) == (0.0, 0.0, pytest.approx(other), 7)
    assert wilson_interval(1.0, 7) == (1.0, pytest.approx(1 - other), 1.0, 7)


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 3), (17, 20), (499, 500), (20, 20)])
def test_wilson_interval_equals_scipys(k, n):
    theirs = binomtest(k, n).proportion_ci(method="wilson")
    own = wilson_interval(k / n, n)
    assert (own.low, own.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_a_share_of_no_rows_is_refused():
    with pytest.raises(ValueError, match="a share of no rows"):
        wilson_interval(0.5, 0)
