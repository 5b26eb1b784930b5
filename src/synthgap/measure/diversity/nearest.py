"""Nearest texts by cosine, exactly, in blocks: the matrix of all pairs is never held."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.diversity.cores import run_on_cores
from synthgap.measure.vectors.vectors import Vectors

BLOCK_CELLS = 4_000_000
"""Cosines that a thread holds at a time."""


class Neighbours(NamedTuple):
    """For each text of one sample, the nearest texts of another or the same, nearest first."""

    place: NDArray[np.int32]
    """(texts, listed): in the other sample."""
    cosine: NDArray[np.float32]
    """(texts, listed): falling, at most 1."""


def nearest(texts: Vectors, others: Vectors, listed: int) -> Neighbours:
    """Return for each text the `listed` nearest of the other sample, or all where it has fewer."""
    return _search(texts, others, min(listed, len(others)), is_same=False)


def nearest_others(texts: Vectors, listed: int) -> Neighbours:
    """Return for each text the `listed` nearest of the others, or all where there are fewer.

    A text is not its own neighbour, but an equal text is, with a cosine of 1.
    """
    return _search(texts, texts, min(listed, len(texts) - 1), is_same=True)


def _search(texts: Vectors, others: Vectors, listed: int, *, is_same: bool) -> Neighbours:
    size = max(1, BLOCK_CELLS // len(others))

    def search(start: int) -> Neighbours:
        cosine = texts[start : start + size] @ others.T
        if is_same:
            rows = np.arange(len(cosine))
            cosine[rows, start + rows] = -np.inf
        return _highest(cosine, listed)

    # Blocks on cores, not the products in each: sorting out the highest takes as many.
    blocks = run_on_cores(search, range(0, len(texts), size))
    return Neighbours(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _highest(cosine: NDArray[np.float32], listed: int) -> Neighbours:
    place = np.argpartition(cosine, -listed, axis=1)[:, -listed:]
    values = np.take_along_axis(cosine, place, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    falling = np.take_along_axis(values, order, axis=1)
    # Rounding can take the cosine of equal texts a little above 1, and their distance below 0.
    return Neighbours(
        np.take_along_axis(place, order, axis=1).astype(np.int32), np.minimum(falling, 1)
    )
