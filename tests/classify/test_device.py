import numpy as np
import pytest
import torch

from synthgap.classify.device import Pieces
from synthgap.floor.errors import InputError


def holds(texts):
    """Return work that runs out of memory on more texts at a time."""

    def work(pieces):
        if max(len(piece) for piece in pieces) > texts:
            raise torch.OutOfMemoryError
        return [piece.tolist() for piece in pieces]

    return work


def test_a_batch_that_fits_stays_whole():
    assert Pieces(8).run(np.arange(5), holds(8)) == [[0, 1, 2, 3, 4]]


def test_pieces_are_halved_until_they_fit_and_stay_so(caplog):
    pieces = Pieces(32)
    assert pieces.run(np.arange(10), holds(3)) == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
    assert pieces.texts == 2
    assert "out of memory: batches now go in pieces of 2 texts" in caplog.text
    assert pieces.run(np.arange(3), holds(3)) == [[0, 1], [2]]


def test_a_text_that_does_not_fit_alone_is_an_error_of_one_line():
    with pytest.raises(InputError, match="out of memory on one text, expected a smaller encoder"):
        Pieces(4).run(np.arange(4), holds(0))
