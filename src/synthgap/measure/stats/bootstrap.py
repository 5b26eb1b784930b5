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
