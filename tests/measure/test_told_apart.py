import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from synthgap.measure.diversity import told_apart


def samples(shift, n=120, dimensions=10, seed=5):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(2 * n, dimensions))
    vectors[n:, 0] += shift
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return vectors[:n], vectors[n:]


def auc(first, second, folds=5, resamples=50):
    return told_apart.auc(first, second, folds, resamples, np.random.default_rng(1))


def test_samples_far_apart_are_always_told_apart():
    first = np.repeat([[1.0, 0.0]], 20, axis=0).astype(np.float32)
    second = np.repeat([[0.0, 1.0]], 20, axis=0).astype(np.float32)
    assert auc(first, second).tolist() == [1.0] * 51


def test_equal_texts_are_not_told_apart_and_count_half():
    texts = np.repeat([[0.6, 0.8]], 20, axis=0).astype(np.float32)
    assert auc(texts, texts).tolist() == [0.5] * 51


def test_samples_of_one_kind_are_told_apart_by_chance_only():
    # The standard deviation of an AUC of 120 against 120 chance scores is about 0.037.
    assert auc(*samples(shift=0))[0] == pytest.approx(0.5, abs=0.12)


def test_a_larger_difference_is_told_better():
    small, large = auc(*samples(shift=0.5))[0], auc(*samples(shift=2))[0]
    assert 0.55 < small < large < 1


def test_it_does_not_matter_which_sample_comes_first():
    first, second = samples(shift=1)
    # Other folds, so not the very same number.
    assert auc(first, second)[0] == pytest.approx(auc(second, first)[0], abs=0.04)


def test_pairs_won_are_those_of_scikit_learns_auc(monkeypatch):
    rng = np.random.default_rng(2)
    low, high = (
        rng.integers(0, 8, size=30).astype(float),
        rng.integers(2, 10, size=40).astype(float),
    )
    weights = np.ones((1, 30)), np.ones((1, 40))
    expected = roc_auc_score([0] * 30 + [1] * 40, [*low, *high])
    monkeypatch.setattr(told_apart, "BLOCK_CELLS", 70)
    assert told_apart._won(low, high, *weights) / (30 * 40) == pytest.approx([expected])


def test_halves_lie_around_the_whole():
    draws = auc(*samples(shift=1), resamples=200)
    assert draws[1:].mean() == pytest.approx(draws[0], abs=0.01)
    assert 0.005 < draws[1:].std() < 0.06
