"""Where fits run, and how much of a batch goes there at a time."""

import logging
import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch

from synthgap.classify.batches import Lengths, Rows
from synthgap.floor.errors import InputError

log = logging.getLogger(__name__)

Result = TypeVar("Result")


def chosen_device() -> torch.device:
    """Return the first GPU, or the processor where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def seed_generator(device: torch.device, number: int) -> None:
    """Set the global generator of one device.

    `torch.manual_seed` sets those of every kind, which takes up to a twentieth of a small step.
    """
    if device.type == "cuda":
        torch.cuda.manual_seed(number)
    else:
        torch.default_generator.manual_seed(number)


class Pieces:
    """Batches of one kind of work, cut into smaller and smaller pieces until they fit into memory.

    What is learnt from a batch is the same, whole or in pieces, but for rounding and for dropout,
    whose masks pieces draw for themselves. Which batches are cut depends on the memory alone, not
    on their order: those as large as one that did not fit are cut without being tried.
    """

    def __init__(self) -> None:
        self.too_large = math.inf
        """Places of the smallest square, texts x tokens of the longest, that did not fit."""

    def run(self, rows: Rows, lengths: Lengths, work: Callable[[list[Rows]], Result]) -> Result:
        """Return what `work` makes of the rows in pieces; it is called anew after each cut.

        Args:
            rows: (texts,), in any numbering.
            lengths: their numbers of tokens.
            work: is given all rows, in as many pieces as it takes.

        Raises:
            InputError: the memory does not hold a single text.
        """
        texts = len(rows)
        while texts > 1:
            cuts = range(texts, len(rows), texts)
            places = max(len(piece) * piece.max() for piece in np.split(lengths, cuts))
            if places < self.too_large:
                try:
                    return work(np.split(rows, cuts))
                except torch.OutOfMemoryError:
                    self.too_large = places
                    torch.cuda.empty_cache()
                    log.warning(
                        "out of memory on %d texts of up to %d tokens: batches of so many tokens "
                        "or more now go in pieces",
                        texts,
                        lengths.max(),
                    )
            texts //= 2
        try:
            return work(np.split(rows, range(1, len(rows))))
        except torch.OutOfMemoryError as error:
            raise InputError(
                "out of memory on one text, expected a smaller encoder, max_tokens or "
                "trained_layers"
            ) from error
