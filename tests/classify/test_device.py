import numpy as np
import pytest
import torch

from synthgap.classify.device import Pieces
from synthgap.floor.errors import InputError


class Memory:
    """Work on texts of some lengths that runs out of memory on more places, texts x longest."""

    def __init__(self, places, lengths):
        self.places, self.lengths, self.tried = places, np.array(lengths), 0

    def work(self, pieces):
        self.tried += 1
        for piece in pieces:
            if len(piece) * self.lengths[piece].max() > self.places:
                raise torch.OutOfMemoryError
        return [piece.tolist() for piece in pieces]

    def run(self, pieces, rows):
        rows = np.array(rows)
        return pieces.run(rows, self.lengths[rows], self.work)


def test_a_batch_that_fits_stays_whole():
    assert Memory(20, [4] * 5).run(Pieces(), range(5)) == [[0, 1, 2, 3, 4]]


def test_a_batch_is_halved_until_it_fits_and_one_as_large_is_not_tried_again(caplog):
    # Room for three texts of four tokens: ten in halves are five, then two.
    pieces, memory = Pieces(), Memory(12, [4] * 10)
    halved = [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
    assert memory.run(pieces, range(10)) == halved
    assert memory.tried == 3
    assert "out of memory on 5 texts of up to 4 tokens" in caplog.text
    assert memory.run(pieces, range(10)) == halved
    assert memory.tried == 4
    assert memory.run(pieces, range(3)) == [[0, 1, 2]]


def test_what_is_cut_does_not_depend_on_what_came_before():
    rng = np.random.default_rng(5)
    memory = Memory(40, rng.integers(1, 20, 200))
    batches = [rng.choice(200, rng.integers(1, 17), replace=False) for _ in range(100)]
    alone = [memory.run(Pieces(), rows) for rows in batches]
    together = Pieces()
    assert [memory.run(together, rows) for rows in batches] == alone
    assert [memory.run(together, rows) for rows in batches] == alone
    assert any(len(pieces) == 1 for pieces in alone)
    assert any(len(pieces) > 2 for pieces in alone)


def test_a_text_that_does_not_fit_alone_is_an_error_of_one_line():
    with pytest.raises(InputError, match="out of memory on one text, expected a smaller encoder"):
        Memory(3, [4] * 4).run(Pieces(), range(4))
