"""Batches of texts of similar length, so that almost nothing is padding."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

WINDOW = 8
"""Batches that are shuffled together before their texts are sorted by length."""


class Batch(NamedTuple):
    """Some texts side by side."""

    rows: NDArray[np.int64]
    """(texts,), their positions."""
    values: Tensor
    """(texts, tokens) ids, or (texts, tokens, width) hidden states; 0 where padded."""
    mask: Tensor
    """(texts, tokens), 1 where a token is."""


def shuffled(
    texts: Sequence[Tensor], size: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each batch of one pass, every text once.

    Within windows of a few batches texts are sorted by length; which texts meet and the order of
    the batches stay random.
    """
    lengths = np.array([len(text) for text in texts])
    order = rng.permutation(len(texts))
    batches = []
    for start in range(0, len(order), WINDOW * size):
        window = order[start : start + WINDOW * size]
        window = window[np.argsort(lengths[window], kind="stable")]
        batches += [window[i : i + size] for i in range(0, len(window), size)]
    for i in rng.permutation(len(batches)):
        yield batches[i]


def by_length(texts: Sequence[Tensor], size: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of each batch, the longest texts first, every text once."""
    order = np.argsort([-len(text) for text in texts], kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]


def collate(texts: Sequence[Tensor], rows: NDArray[np.int64], device: torch.device) -> Batch:
    """Return these texts padded to the longest of them."""
    chosen = [texts[row] for row in rows]
    values = pad_sequence(chosen, batch_first=True)
    lengths = torch.tensor([len(text) for text in chosen])
    mask = (torch.arange(values.shape[1]) < lengths[:, None]).to(torch.int64)
    return Batch(rows, values.to(device), mask.to(device))
