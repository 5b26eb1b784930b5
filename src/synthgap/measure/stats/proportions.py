"""Shares of rows, with an interval that also holds near 0 and 1 and for few rows."""

import math
from statistics import NormalDist

from synthgap.measure.stats.intervals import Interval

Z = NormalDist().inv_cdf(0.975)
"""Standard deviations to either side that hold 95 % of a normal distribution."""


def wilson_interval(share: float, n: int) -> Interval:
    """Return the share of n rows with Wilson's 95 % interval.

    Wilson (1927), Probable inference, the law of succession, and statistical inference. A share
    that is itself a mean over seeds keeps the n of the rows: seeds add no rows.

    Raises:
        ValueError: no rows.
    """
    if n < 1:
        raise ValueError("a share of no rows")
    pull = Z * Z / n
    centre = (share + pull / 2) / (1 + pull)
    half = Z * math.sqrt(share * (1 - share) / n + pull / (4 * n)) / (1 + pull)
    # The limits of a share of 0 or 1 are exact; what floating point adds is taken away.
    return Interval(
        share, max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share)), n
    )
