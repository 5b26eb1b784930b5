import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from synthgap.measure.scoring.scores import Fits, accuracy_scores, count, label_f1_scores, score
from synthgap.measure.stats.bootstrap import percentile_interval, resample_weights


def one_fit(truth, predicted, n_labels):
    return Fits(np.array(truth), np.array([predicted]), n_labels)


def macro_f1(truth, predicted, n_labels=3):
    return score(one_fit(truth, predicted, n_labels), 1, np.random.default_rng(1)).macro_f1[0, 0]


def random_fits(rng, rows=40, fits=4, labels=5):
    """Truth and predictions in which some labels never occur on one side or on both."""
    truth = rng.choice(rng.integers(0, labels, 3), rows)
    predicted = np.stack([rng.choice(rng.integers(0, labels, 2), rows) for _ in range(fits)])
    return Fits(truth, predicted, labels)


def test_macro_f1_by_hand():
    # True 0 0 0 1 1 2, predicted 0 0 1 1 2 2.
    # Label 0: 2 hits, 3 true, 2 predicted: 4/5. Label 1: 1 hit, 2 true, 2 predicted: 2/4.
    # Label 2: 1 hit, 1 true, 2 predicted: 2/3. Mean (0.8 + 0.5 + 0.666...) / 3.
    assert macro_f1([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2]) == pytest.approx(59 / 90)


def test_a_label_that_is_never_predicted_has_f1_zero_and_counts():
    # Label 0: 3 hits, 3 true, 4 predicted: 6/7. Label 1: 0. Mean 3/7.
    assert macro_f1([0, 0, 0, 1], [0, 0, 0, 0], n_labels=2) == pytest.approx(3 / 7)


def test_a_label_that_is_in_neither_truth_nor_predictions_does_not_count():
    assert macro_f1([0, 0, 1], [0, 0, 1], n_labels=3) == 1


def test_a_label_that_is_predicted_and_never_true_counts_with_zero():
    # Label 0: 1 hit, 2 true, 1 predicted: 2/3. Label 2: 0. Mean 1/3.
    assert macro_f1([0, 0], [0, 2], n_labels=3) == pytest.approx(1 / 3)


def test_accuracy_by_hand():
    counts = count(one_fit([0, 1, 1, 2], [0, 1, 2, 2], 3), np.ones((1, 4)))
    assert accuracy_scores(counts).tolist() == [[0.75]]


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_scikit_learns(seed):
    fits = random_fits(np.random.default_rng(seed))
    scores = score(fits, 1, np.random.default_rng(1))
    for i, predicted in enumerate(fits.predicted):
        expected = f1_score(fits.truth, predicted, average="macro", zero_division=0)
        assert scores.macro_f1[i, 0] == pytest.approx(expected)
        assert scores.accuracy[i, 0] == pytest.approx(accuracy_score(fits.truth, predicted))


def test_f1_of_each_label_is_scikit_learns():
    fits = random_fits(np.random.default_rng(9))
    ours = label_f1_scores(count(fits, np.ones((1, len(fits.truth)))))[0]
    for mine, predicted in zip(ours, fits.predicted, strict=True):
        theirs = f1_score(
            fits.truth, predicted, labels=list(range(5)), average=None, zero_division=0
        )
        assert mine == pytest.approx(theirs)


def test_resamples_are_scored_as_a_loop_over_drawn_rows_would():
    fits = random_fits(np.random.default_rng(4), rows=30)
    scores = score(fits, 25, np.random.default_rng(6))
    (weights,) = resample_weights(30, 25, np.random.default_rng(6))
    for b, times in enumerate(weights.astype(int), start=1):
        rows = np.repeat(np.arange(30), times)
        for i, predicted in enumerate(fits.predicted):
            expected = f1_score(fits.truth[rows], predicted[rows], average="macro", zero_division=0)
            assert scores.macro_f1[i, b] == pytest.approx(expected)
            assert scores.accuracy[i, b] == np.mean(fits.truth[rows] == predicted[rows])


def test_a_fit_is_scored_the_same_beside_others_as_alone():
    fits = random_fits(np.random.default_rng(2))
    together = score(fits, 50, np.random.default_rng(8))
    alone = score(fits._replace(predicted=fits.predicted[2:3]), 50, np.random.default_rng(8))
    assert (together.macro_f1[2] == alone.macro_f1[0]).all()
    assert (together.accuracy[2] == alone.accuracy[0]).all()


def test_the_interval_covers_the_true_accuracy_about_95_times_in_100():
    # Of 300 test sets with true accuracy 0.8 the interval of about 285 holds it; fewer than 267
    # (89 %) would be 4.8 standard deviations off. The percentile bootstrap loses a point or so.
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(300):
        predicted = (rng.random(100) >= 0.8).astype(int)
        scores = score(one_fit(np.zeros(100, dtype=int), predicted, 2), 200, rng)
        _, low, high, _ = percentile_interval(scores.accuracy[0], 100)
        covered += low <= 0.8 <= high
    assert 267 <= covered <= 300


def test_no_rows_have_no_score():
    with pytest.raises(ValueError, match="no rows"):
        score(one_fit(np.zeros(0, dtype=int), np.zeros(0, dtype=int), 2), 10, None)
