"""How many human texts a score is worth: where the curve of the human texts reaches it.

The scores at the sizes are made non-decreasing by isotonic regression (Ayer et al. 1955, An
empirical distribution function for sampling with incomplete information), since a model does not
get worse with more texts of the same kind but by chance, and joined by straight lines over the
logarithm of the size, on which learning curves bend little. Isotonic regression with linear
interpolation is how doses are found from few levels (Stylianou and Flournoy 2002, Dose finding
using the biased coin up-and-down design and isotonic regression).
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from synthgap.measure.sizes.card import Amount, Worth
from synthgap.measure.stats.bootstrap import Draws

Curves = NDArray[np.float64]
"""(sizes, 1 + resamples): scores at growing sizes, columns as in `bootstrap.Draws`."""


def isotonic(curves: Curves) -> Curves:
    """Return the nearest curves (least squares) that never fall from one size to the next."""
    return np.stack([isotonic_regression(column).x for column in curves.T], axis=1)


def reach(sizes: Sequence[int], curves: Curves, scores: Draws) -> Draws:
    """Return the size at which each curve first has its score.

    -inf where it has more at the smallest size already, inf where it never does.

    Args:
        sizes: ascending.
        curves: never falling.
        scores: to be reached, a score for each curve.
    """
    found = np.full(len(scores), np.inf)
    for i, (curve, score) in enumerate(zip(curves.T, scores, strict=True)):
        after = int(np.searchsorted(curve, score))
        if after == 0:
            found[i] = sizes[0] if curve[0] == score else -np.inf
        elif after < len(sizes):
            share = (score - curve[after - 1]) / (curve[after] - curve[after - 1])
            found[i] = sizes[after - 1] * (sizes[after] / sizes[after - 1]) ** share
    return found


def worth(sizes: Sequence[int], curves: Curves, scores: Draws) -> Worth:
    """Return the size at which the curve reaches the score, with its percentile interval.

    Args:
        sizes: ascending.
        curves: as scored; made non-decreasing here, each resample for itself.
        scores: on the same resamples.
    """
    found = reach(sizes, isotonic(curves), scores)
    # Order statistics, since there is nothing between a size and infinity.
    ordered = np.sort(found[1:])
    low, high = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.025, 0.975))
    return Worth(value=_amount(found[0], sizes), low=_amount(low, sizes), high=_amount(high, sizes))


def _amount(size: float, sizes: Sequence[int]) -> Amount:
    if size == -np.inf:
        return Amount(side="fewer than", texts=sizes[0])
    if size == np.inf:
        return Amount(side="more than", texts=sizes[-1])
    return Amount(side="at", texts=float(size))
