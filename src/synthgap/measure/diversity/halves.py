"""Intervals by half-samples: how much a number would vary with other texts of the same kind.

A bootstrap would hold copies of texts, whose distance is 0, and so distort every number that looks
at nearest texts. Halves hold none. Drawn without replacement, a mean over halves has the variance
that the mean over all texts has: the delete-half jackknife (Shao and Wu 1989, A general theory for
jackknife variance estimation). It is an approximation for numbers that are not means.
"""

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.stats.intervals import Interval

Chosen = NDArray[np.bool_]
"""(1 + halves, texts): which texts each sample holds; the first holds all of them."""

Draws = NDArray[np.float64]
"""(1 + halves,): a number for all texts, then for each half."""


def draw(strata: NDArray[np.str_], halves: int, rng: np.random.Generator) -> Chosen:
    """Return all texts, then random halves, each with half of every stratum.

    Of an odd number of texts, a half holds one more or one less, at random.

    Args:
        strata: (texts,).
        halves: how many to draw.
        rng: their source.
    """
    chosen = np.ones((1 + halves, len(strata)), dtype=np.bool_)
    for stratum in np.unique(strata):
        (texts,) = np.nonzero(strata == stratum)
        sizes = (len(texts) + rng.integers(0, 2, size=halves)) // 2
        places = rng.random((halves, len(texts))).argsort(axis=1).argsort(axis=1)
        chosen[1:, texts] = places < sizes[:, np.newaxis]
    return chosen


def rescale(draws: Draws) -> Draws:
    """Return draws whose halves are, in the mean, as high as the number of all texts.

    For numbers that depend on how many texts there are, which are higher or lower in all halves:
    what is left is how much halves differ from each other, as a share.
    """
    mean = draws[1:].mean()
    factor = draws[0] / mean if mean > 0 else 1.0
    return np.concatenate([draws[:1], draws[1:] * factor])


def interval(draws: Draws, n: int) -> Interval:
    """Return the number of all n texts with the 2.5th and 97.5th percentile of its halves."""
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    return Interval(float(draws[0]), float(low), float(high), n)
