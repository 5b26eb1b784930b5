"""Bootstrap over rows.

Draws hold a score of the rows themselves and then of each resample of them, in one array, so that
what is done to the score (means, differences, ratios) is done to each resample alike.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.stats.intervals import Interval

Draws = NDArray[np.float64]
"""(1 + resamples,): the score of the rows, then of each resample."""

SHARE, DIFFERENCE, RELATIVE = (0.0, 1.0), (-1.0, 1.0), (-np.inf, 1.0)
"""Limits of a share or score, of a difference of two, and of one as a share of the first."""


def resample_weights(
    n: int, resamples: int, rng: np.random.Generator, cells: int = 2_000_000
) -> Iterator[NDArray[np.float64]]:
    """Yield blocks of (resamples, n): how often each resample holds each of the n rows.

    Args:
        n: rows to draw from, with replacement, n a resample.
        resamples: in all blocks together.
        rng: the blocks' size does not change what is drawn from it.
        cells: numbers in a block at most, which bounds the memory.
    """
    size = max(1, cells // n)
    for start in range(0, resamples, size):
        block = min(size, resamples - start)
        drawn = rng.integers(0, n, size=(block, n)) + n * np.arange(block)[:, np.newaxis]
        counts = np.bincount(drawn.ravel(), minlength=block * n)
        yield counts.reshape(block, n).astype(np.float64)


def percentile_interval(draws: Draws, n: int) -> Interval:
    """Return the score with the 2.5th and 97.5th percentile of its resamples."""
    low, high = np.quantile(draws[1:], [0.025, 0.975])
    return Interval(float(draws[0]), float(low), float(high), n)


def centred(draws: Draws) -> Draws:
    """Return the draws without the bootstrap's bias: the resamples' mean is the score of the rows.

    The bias of a score is estimated by the mean of its resamples less the score of the rows (Efron
    and Tibshirani 1993, An Introduction to the Bootstrap, chapter 10). Macro-F1 needs this: a label
    whose few rows a resample lacks, but which is still predicted, has F1 0 there, so that with many
    labels all resamples may be below the score. A mean over rows has no bias, and for it the
    estimate would add nothing but the chance of the draws.
    """
    return np.concatenate([draws[:1], draws[1:] - (draws[1:].mean() - draws[0])])


def centred_interval(draws: Draws, n: int, limits: tuple[float, float]) -> Interval:
    """Return the score with the 2.5th and 97.5th percentile of its centred resamples.

    Args:
        draws: of the score.
        n: rows.
        limits: that the score has, such as SHARE; what is beyond is no score.
    """
    value, low, high, n = percentile_interval(centred(draws), n)
    return Interval(value, max(limits[0], low), min(limits[1], high), n)
