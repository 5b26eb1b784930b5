"""Batches of texts of similar length, so that almost nothing is padding."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import pad
from torch.nn.utils.rnn import pad_sequence

WINDOW = 8
"""Batches that are shuffled together before their texts are sorted by length."""

MULTIPLE = 4
"""Of tokens in a batch: kernels are compiled anew for every other shape, at first sight of it."""

Rows = NDArray[np.int64]
"""(texts,), their positions."""

Lengths = NDArray[np.int64]
"""(texts,), their numbers of tokens."""


class Batch(NamedTuple):
    """Some texts side by side."""

    values: Tensor
    """(texts, tokens) ids, or (texts, tokens, width) hidden states; 0 where padded."""
    mask: Tensor
    """(texts, tokens), 1 where a token is."""


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


def collate(texts: Sequence[Tensor], device: torch.device) -> Batch:
    """Return the texts padded to the longest of them, or a few tokens more."""
    values = pad_sequence(list(texts), batch_first=True)
    further = -values.shape[1] % MULTIPLE
    values = pad(values, [0, 0] * (values.ndim - 2) + [0, further])
    lengths = torch.tensor([len(text) for text in texts])
    mask = (torch.arange(values.shape[1]) < lengths[:, None]).to(torch.int64)
    return Batch(values.to(device), mask.to(device))
