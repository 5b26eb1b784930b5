"""Texts as the trained part of an encoder is fed with them."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from synthgap.classify import batches
from synthgap.classify.batches import Rows
from synthgap.classify.device import Pieces
from synthgap.encoder.packed import Batch, pack
from synthgap.encoder.precision import fast_dtype

KEPT_BYTES = 2**30
"""Hidden states that are kept; those of more texts are computed anew for each batch."""

BATCH = 32
"""Texts whose hidden states are computed at a time."""


class Inputs:
    """Tokenised texts, or what the layers below the trained ones make of them, computed once."""

    def __init__(
        self, ids: Sequence[Tensor], below: nn.Module | None, width: int, device: torch.device
    ) -> None:
        self.lengths = np.array([len(text) for text in ids], dtype=np.int64)
        self._device = device
        self._values, self._below = ids, below
        size = fast_dtype(device).itemsize
        if below is not None and self.lengths.sum() * width * size <= KEPT_BYTES:
            self._values, self._below = self._hidden(), None

    def batch(self, rows: Rows) -> Batch:
        """Return the texts of these rows side by side."""
        found = pack([self._values[row] for row in rows], self._device)
        if self._below is None:
            return found
        with torch.no_grad():
            return Batch(self._below(*found), found.layout)

    def _hidden(self) -> list[Tensor]:
        kept: list[Tensor] = [torch.empty(0)] * len(self.lengths)

        def compute(pieces: list[Rows]) -> None:
            for piece in pieces:
                lengths = self.lengths[piece].tolist()
                states = torch.split(self.batch(piece).values[: sum(lengths)].cpu(), lengths)
                for row, one in zip(piece, states, strict=True):
                    kept[row] = one

        sizes = Pieces()
        for rows in batches.by_length(self.lengths, BATCH):
            sizes.run(rows, self.lengths[rows], compute)
        return kept
