import numpy as np
import pytest

from synthgap.classify import batches

LENGTHS = [3, 9, 1, 4, 4, 7, 2, 8, 5, 6, 30, 1, 2]


@pytest.mark.parametrize("size", [1, 4, 50])
def test_every_text_comes_once_a_pass(size):
    for rows in (
        list(batches.shuffled(np.array(LENGTHS), size, np.random.default_rng(1))),
        list(batches.by_length(np.array(LENGTHS), size)),
    ):
        assert sorted(np.concatenate(rows).tolist()) == list(range(len(LENGTHS)))
        assert max(len(batch) for batch in rows) <= size


def test_passes_differ_and_equal_seeds_do_not():
    def drawn(seed):
        order = np.random.default_rng(seed)
        return [rows.tolist() for rows in batches.shuffled(np.array(LENGTHS), 4, order)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_batches_hold_texts_of_similar_length():
    lengths = np.random.default_rng(0).integers(5, 60, 400)

    def padded(rows_of_batches):
        return sum(len(rows) * max(lengths[rows]) for rows in rows_of_batches)

    tokens = lengths.sum()
    plain = np.random.default_rng(2).permutation(400).reshape(-1, 8)
    assert padded(plain) > 1.5 * tokens
    assert padded(batches.shuffled(lengths, 8, np.random.default_rng(1))) < 1.15 * tokens
    assert padded(batches.by_length(lengths, 8)) < 1.02 * tokens
