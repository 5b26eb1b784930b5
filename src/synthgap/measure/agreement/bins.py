"""Accuracy by bins of agreement."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from synthgap.measure.agreement.curve import Scored
from synthgap.measure.stats.intervals import Interval
from synthgap.measure.stats.proportions import wilson_interval


class Bin(NamedTuple):
    """The accuracy of one cell on the texts whose agreement is in a range."""

    start: float
    end: float
    """Not in the bin, except where it equals the start."""
    cell: int
    accuracy: Interval


def bins(scored: Scored, starts: Sequence[float]) -> Iterator[Bin]:
    """Yield the bins that have texts, by cell and from low to high agreement.

    Args:
        scored: the texts.
        starts: where bins begin, from 0 to 1; each ends where the next begins, and the last holds
            unanimous texts only.
    """
    ends = [*starts[1:], starts[-1]]
    place = np.searchsorted(np.asarray(starts), scored.agreement, side="right") - 1
    n = np.bincount(place, minlength=len(starts)).tolist()
    for cell, hits in enumerate(scored.hits):
        right = np.bincount(place, weights=hits, minlength=len(starts)).tolist()
        for i, texts in enumerate(n):
            if texts:
                accuracy = wilson_interval(right[i] / (texts * scored.n_seeds), texts)
                yield Bin(starts[i], ends[i], cell, accuracy)
