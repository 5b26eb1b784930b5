import numpy as np
import pytest

from synthgap.floor.plan import Cell
from synthgap.measure.scoring.heldout import Heldout
from synthgap.measure.scoring.scorecard import Settings, score_task

SETTINGS = Settings(tolerance=0.02, resamples=200, seed=1)
REAL = Cell("real", "m")
ZERO = Cell("zero_shot", "m")


def held_out(truth, labels=("sun", "rain")):
    true = {str(i): labels[label] for i, label in enumerate(truth)}
    return Heldout(labels, true, np.ones(len(truth), dtype=bool))


def card(truth, predicted, task="t", labels=("sun", "rain")):
    positions = {cell: np.array(rows) for cell, rows in predicted.items()}
    seeds = list(range(len(next(iter(predicted.values())))))
    return score_task(task, held_out(truth, labels), positions, seeds, SETTINGS)


def noisy(truth, rng, share, seeds=3):
    """Predictions that are right for about the share of texts."""
    rows = [np.where(rng.random(len(truth)) < share, truth, 1 - truth) for _ in range(seeds)]
    return np.stack(rows)


@pytest.fixture
def truth():
    return np.random.default_rng(1).integers(0, 2, 120)


def test_scores_and_gap_by_hand():
    # Real is all right: macro-F1 1 for both seeds. Zero-shot, seed 0: sun 1 hit, 2 true, 1
    # predicted: 2/3; rain 2 hits, 2 true, 3 predicted: 4/5; mean 11/15. Seed 1: all rain: sun 0,
    # rain 2 hits, 2 true, 4 predicted: 2/3; mean 1/3. Mean of the seeds 8/15, so the gap is 7/15.
    # Accuracies 3/4 and 2/4: 5/8 on the mean.
    truth = [0, 0, 1, 1]
    scored = card(truth, {REAL: [truth, truth], ZERO: [[0, 1, 1, 1], [1, 1, 1, 1]]})
    real, zero = scored.models["m"]["real"], scored.models["m"]["zero_shot"]
    assert real.macro_f1 == (1, 1, 1, 4)
    assert zero.macro_f1_by_seed == pytest.approx([11 / 15, 1 / 3])
    assert zero.macro_f1.value == pytest.approx(8 / 15)
    assert zero.accuracy.value == 5 / 8
    assert zero.gap.value == pytest.approx(7 / 15)
    assert zero.accuracy_gap.value == 3 / 8
    # sun: mean of 2/3 and 0; rain: mean of 4/5 and 2/3.
    assert zero.f1_by_label == pytest.approx({"sun": 1 / 3, "rain": 11 / 15})


def test_the_relative_gap_is_the_gap_as_a_share_of_the_real_score(truth):
    rng = np.random.default_rng(2)
    scored = card(truth, {REAL: noisy(truth, rng, 0.9), ZERO: noisy(truth, rng, 0.7)})
    real, zero = scored.models["m"]["real"], scored.models["m"]["zero_shot"]
    assert zero.relative_gap.value == pytest.approx(zero.gap.value / real.macro_f1.value)


def test_the_gap_is_paired_so_that_equal_predictions_differ_by_exactly_nothing(truth):
    same = noisy(truth, np.random.default_rng(3), 0.7)
    zero = card(truth, {REAL: same, ZERO: same}).models["m"]["zero_shot"]
    assert zero.gap == (0, 0, 0, 120)
    assert zero.accuracy_gap == (0, 0, 0, 120)
    assert zero.relative_gap == (0, 0, 0, 120)
    assert zero.verdict == "undecided"


def test_equal_predictions_stand_in_where_there_are_texts_enough(truth):
    truth = np.tile(truth, 2)
    same = noisy(truth, np.random.default_rng(3), 0.7)
    assert card(truth, {REAL: same, ZERO: same}).models["m"]["zero_shot"].verdict == "stands in"


def test_scores_of_many_labels_lie_in_the_middle_of_their_own_intervals():
    # Three texts a label: plain resamples lack one label in twenty, and where it is predicted all
    # the same it has F1 0. Of 200 resamples, 199 are below the other score, 179 below the real one.
    rng, labels = np.random.default_rng(8), [str(i) for i in range(150)]
    truth = np.arange(450) % 150
    right = {REAL: 0.9, ZERO: 0.6}
    predicted = {
        cell: [np.where(rng.random(450) < share, truth, rng.integers(0, 150, 450))]
        for cell, share in right.items()
    }
    cells = card(truth, predicted, labels=labels).models["m"]
    for number in (cells["real"].macro_f1, cells["zero_shot"].macro_f1, cells["zero_shot"].gap):
        quarter = (number.high - number.low) / 4
        assert number.low + quarter < number.value < number.high - quarter


def test_no_interval_leaves_the_range_of_its_score():
    # One error among six texts: centred resamples reach beyond 1.
    truth = [0, 0, 0, 1, 1, 1]
    zero = card(truth, {REAL: [truth], ZERO: [[0, 0, 0, 1, 1, 0]]}).models["m"]["zero_shot"]
    assert zero.macro_f1.high == 1
    assert -1 <= zero.gap.low < zero.gap.high <= 1


def test_real_texts_have_no_gap_and_without_them_no_source_has(truth):
    predicted = noisy(truth, np.random.default_rng(4), 0.7)
    with_real = card(truth, {REAL: predicted, ZERO: predicted}).models["m"]["real"]
    without = card(truth, {ZERO: predicted}).models["m"]["zero_shot"]
    for cell in (with_real, without):
        keys = cell.model_dump(exclude_none=True).keys()
        assert keys == {"macro_f1", "accuracy", "macro_f1_by_seed", "f1_by_label"}


def test_each_model_is_compared_with_itself_on_real_texts(truth):
    rng = np.random.default_rng(5)
    other = {Cell("real", "w"): noisy(truth, rng, 0.6), Cell("zero_shot", "w"): [truth] * 3}
    scored = card(truth, {REAL: [truth] * 3, ZERO: [truth] * 3} | other)
    assert scored.models["m"]["zero_shot"].gap.value == 0
    assert scored.models["w"]["zero_shot"].gap.value == pytest.approx(
        scored.models["w"]["real"].macro_f1.value - 1
    )


def test_another_cell_changes_no_number(truth):
    rng = np.random.default_rng(6)
    few = {REAL: noisy(truth, rng, 0.9), ZERO: noisy(truth, rng, 0.7)}
    more = {Cell("few_shot", "m"): noisy(truth, rng, 0.8)} | few
    assert card(truth, few).models["m"].items() <= card(truth, more).models["m"].items()


def test_tasks_are_resampled_independently_and_each_the_same_every_time(truth):
    predicted = {REAL: noisy(truth, np.random.default_rng(7), 0.8)}
    assert card(truth, predicted, "t") == card(truth, predicted, "t")
    assert card(truth, predicted, "t") != card(truth, predicted, "u")


def test_the_relative_gap_is_absent_where_the_real_score_is_zero_in_a_resample():
    # Real is right on one of four texts, which a resample misses with probability (3/4)**4.
    truth = [0, 0, 0, 0]
    zero = card(truth, {REAL: [[0, 1, 1, 1]], ZERO: [truth]}).models["m"]["zero_shot"]
    assert zero.relative_gap is None
    assert zero.gap is not None


def test_a_label_that_does_not_occur_has_no_f1_and_one_that_is_never_predicted_has_zero():
    labels = ("sun", "rain", "snow")
    real = card([0, 0, 1], {REAL: [[0, 0, 0]]}, labels=labels).models["m"]["real"]
    # sun: 2 hits, 2 true, 3 predicted: 4/5.
    assert real.f1_by_label == pytest.approx({"sun": 0.8, "rain": 0})
