"""Spearman's rank correlation, in whole numbers."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST = 3
"""Items needed: with two, any order is a perfect one."""


def doubled_ranks(values: Sequence[float]) -> NDArray[np.int64]:
    """Return twice each value's rank, 2 for the smallest; equal values share their mean rank.

    Twice a mean of ranks is a whole number, so sums and comparisons of them are exact.
    """
    _, place, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ranks: NDArray[np.int64] = (2 * np.cumsum(counts) - counts + 1)[place]
    return ranks


def undefined(x: Sequence[float], y: Sequence[float], names: tuple[str, str]) -> str | None:
    """Return why rho of x and y has no value, in the words of `names`; None where it has one."""
    if len(x) < LEAST:
        return f"n is {len(x)}, expected at least {LEAST}"
    for values, name in zip((x, y), names, strict=True):
        if len(set(values)) == 1:
            return f"{name} is the same for all"
    return None


def spearman_rho(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the correlation of the ranks, in [-1, 1]; a perfect order gives exactly 1.

    Raises:
        ValueError: it has no value, see `undefined`.
    """
    reason = undefined(x, y, ("x", "y"))
    if reason:
        raise ValueError(reason)
    n, a, b = len(x), doubled_ranks(x), doubled_ranks(y)
    shared = n * int(a @ b) - int(a.sum()) * int(b.sum())
    own = [n * int(ranks @ ranks) - int(ranks.sum()) ** 2 for ranks in (a, b)]
    return shared / math.sqrt(own[0] * own[1])
