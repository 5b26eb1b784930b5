"""Batches of texts of similar length, so that little is padding where attention needs it."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

WINDOW = 8
"""Batches that are shuffled together before their texts are sorted by length."""

Rows = NDArray[np.int64]
"""(texts,), their positions."""

Lengths = NDArray[np.int64]
"""(texts,), their numbers of tokens."""


def shuffled(lengths: Lengths, size: int, rng: np.random.Generator) -> Iterator[Rows]:
    """Yield the rows of each batch of one pass, every text once.

    Within windows of a few batches texts are sorted by length; which texts meet and the order of
    the batches stay random.
    """
    order = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), WINDOW * size):
        window = order[start : start + WINDOW * size]
        window = window[np.argsort(lengths[window], kind="stable")]
        batches += [window[i : i + size] for i in range(0, len(window), size)]
    for i in rng.permutation(len(batches)):
        yield batches[i]


def by_length(lengths: Lengths, size: int) -> Iterator[Rows]:
    """Yield the rows of each batch, the longest texts first, every text once."""
    order = np.argsort(-lengths, kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]
