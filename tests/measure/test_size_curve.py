import numpy as np
import pytest

from synthgap.measure.scoring.heldout import Heldout
from synthgap.measure.scoring.scorecard import Settings
from synthgap.measure.sizes.curve import CURVE, Predicted, Training, curve_rows, score_sizes

SETTINGS = Settings(tolerance=0.02, resamples=300, seed=1)
RIGHT = {
    Training("real", 20): 0.6,
    Training("real", 80): 0.75,
    Training("real", 320): 0.9,
    Training("other", 0): 0.75,
    Training("other", 20): 0.8,
    Training("other", 80): 0.82,
    Training("other", 320): 0.9,
}
"""Shares of the test texts that a fit has right: the same texts, so that no noise is added."""


def card(right=RIGHT, n=400):
    truth = np.arange(n) % 2
    order = np.random.default_rng(1).permutation(n)
    fits = {
        training: np.stack([np.where(order < share * n, truth, 1 - truth)] * 2)
        for training, share in right.items()
    }
    true = {f"{i:04}": ("sun", "rain")[label] for i, label in enumerate(truth)}
    heldout = Heldout(["sun", "rain"], true, np.ones(n, dtype=bool))
    return score_sizes("t", heldout, Predicted(fits, {"other": 50}), [1, 2], SETTINGS)


def test_a_set_that_does_as_well_as_80_texts_is_worth_80():
    curve = card().sources["other"]
    assert curve.texts == 50
    assert curve.worth.value.texts == pytest.approx(80)
    assert 20 < curve.worth.low.texts <= 80 <= curve.worth.high.texts < 320


def test_points_of_the_curve_and_gains_beside_it():
    whole = card()
    assert [point.texts for point in whole.real] == [20, 80, 320]
    assert [point.macro_f1.value for point in whole.real] == pytest.approx(
        [0.6, 0.75, 0.9], abs=0.01
    )
    first, _, last = whole.sources["other"].augmented
    assert (first.texts, first.gain.value) == (20, pytest.approx(0.2, abs=0.01))
    assert first.gain.low > 0
    assert (last.texts, last.gain) == (320, (0, 0, 0, 400))
    # 20 human texts and the set do better than 80 alone.
    assert 80 < first.worth.value.texts < 320


def test_a_better_set_than_all_human_texts_is_worth_more_than_the_curve_has():
    whole = card(RIGHT | {Training("other", 0): 0.97})
    value = whole.sources["other"].worth.value
    assert (value.side, value.texts) == ("more than", 320)


def test_scores_of_many_labels_lie_in_the_middle_of_their_own_intervals():
    # As of the scorecard: with three texts a label, plain resamples are below the score.
    rng, truth = np.random.default_rng(8), np.arange(450) % 150
    fits = {
        training: np.where(rng.random((1, 450)) < share, truth, rng.integers(0, 150, 450))
        for training, share in RIGHT.items()
    }
    true = {f"{i:04}": str(label) for i, label in enumerate(truth)}
    heldout = Heldout([str(i) for i in range(150)], true, np.ones(450, dtype=bool))
    whole = score_sizes("t", heldout, Predicted(fits, {"other": 50}), [1], SETTINGS)
    other = whole.sources["other"]
    for number in [other.macro_f1, *(point.macro_f1 for point in whole.real)]:
        quarter = (number.high - number.low) / 4
        assert number.low + quarter < number.value < number.high - quarter
    assert other.worth.low.texts < other.worth.value.texts < other.worth.high.texts


def test_plot_data_has_a_line_for_the_human_texts_and_one_for_each_set():
    rows = list(curve_rows("t", "m", card()))
    assert [row[2:4] for row in rows] == [
        *[("real", size) for size in (20, 80, 320)],
        *[("real + other", size) for size in (20, 80, 320)],
    ]
    assert all(len(row) == len(CURVE) for row in rows)
