import numpy as np
import pytest
import torch

from synthgap.classify import batches

LENGTHS = [3, 9, 1, 4, 4, 7, 2, 8, 5, 6, 30, 1, 2]
TEXTS = [torch.arange(1, length + 1) for length in LENGTHS]


@pytest.mark.parametrize("size", [1, 4, 50])
def test_every_text_comes_once_a_pass(size):
    for rows in (
        list(batches.shuffled(TEXTS, size, np.random.default_rng(1))),
        list(batches.by_length(TEXTS, size)),
    ):
        assert sorted(np.concatenate(rows).tolist()) == list(range(len(TEXTS)))
        assert max(len(batch) for batch in rows) <= size


def test_passes_differ_and_equal_seeds_do_not():
    def drawn(seed):
        return [rows.tolist() for rows in batches.shuffled(TEXTS, 4, np.random.default_rng(seed))]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_batches_hold_texts_of_similar_length():
    texts = [torch.zeros(length) for length in np.random.default_rng(0).integers(5, 60, 400)]

    def padded(rows_of_batches):
        return sum(len(rows) * max(len(texts[row]) for row in rows) for rows in rows_of_batches)

    tokens = sum(len(text) for text in texts)
    plain = np.random.default_rng(2).permutation(400).reshape(-1, 8)
    assert padded(plain) > 1.5 * tokens
    assert padded(batches.shuffled(texts, 8, np.random.default_rng(1))) < 1.15 * tokens
    assert padded(batches.by_length(texts, 8)) < 1.02 * tokens


def test_padding_is_zero_and_masked():
    batch = batches.collate(TEXTS, np.array([0, 2]), torch.device("cpu"))
    assert batch.values.tolist() == [[1, 2, 3], [1, 0, 0]]
    assert batch.mask.tolist() == [[1, 1, 1], [1, 0, 0]]
