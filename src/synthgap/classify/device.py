"""Where fits run, and how much of a batch goes there at a time."""

import logging
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap.floor.errors import InputError

log = logging.getLogger(__name__)

Rows = NDArray[np.int64]
Result = TypeVar("Result")


def chosen_device() -> torch.device:
    """Return the first GPU, or the processor where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Pieces:
    """Batches, cut into smaller and smaller pieces until one fits into the device's memory.

    What is learnt from a batch is the same, whole or in pieces, but for rounding.
    """

    def __init__(self, texts: int) -> None:
        self.texts = texts
        """Of a piece at most."""

    def run(self, rows: Rows, work: Callable[[list[Rows]], Result]) -> Result:
        """Return what `work` makes of the rows in pieces; it is called anew after each cut.

        Raises:
            InputError: the memory does not hold a single text.
        """
        while True:
            try:
                return work(np.split(rows, range(self.texts, len(rows), self.texts)))
            except torch.OutOfMemoryError as error:
                if self.texts == 1:
                    raise InputError(
                        "out of memory on one text, expected a smaller encoder, max_tokens or "
                        "trained_layers"
                    ) from error
                self.texts = max(1, min(self.texts, len(rows)) // 2)
                torch.cuda.empty_cache()
                log.warning("out of memory: batches now go in pieces of %d texts", self.texts)
