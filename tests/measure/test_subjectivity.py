import numpy as np
import pytest
from pydantic import ValidationError

from synthgap.floor import params, tables
from synthgap.floor.plan import Cell
from synthgap.measure.agreement.agreement import Votes
from synthgap.measure.agreement.card import AgreementCard
from synthgap.measure.agreement.curve import Scored
from synthgap.measure.agreement.subjectivity import (
    Settings,
    bin_rows,
    card,
    curve_rows,
    draw_curves,
    select,
)
from synthgap.measure.stats.proportions import wilson_interval

SETTINGS = Settings(min_votes=2, min_rows=2, bins=[0.0, 0.6, 1.0], resamples=200, seed=1)
REAL, ZERO = Cell("real", "m"), Cell("zero_shot", "m")


def voted(*counts):
    table = np.array(counts)
    shares = table.max(axis=1) / table.sum(axis=1)
    return Votes([f"t{i}" for i in range(len(table))], table, shares)


def published(*agreement):
    ids = [f"t{i}" for i in range(len(agreement))]
    return Votes(ids, np.zeros((len(ids), 2), dtype=np.int64), np.array(agreement))


def scored(agreement, *hits, n_seeds=1):
    return Scored(np.array(agreement), np.array(hits, dtype=np.int64), n_seeds)


def measured(votes, texts, cells=(REAL, ZERO), settings=SETTINGS, task="t"):
    curves = draw_curves(task, texts, list(cells), settings)
    return card(task, select(votes, settings.min_votes), curves, settings)


def many(n=60):
    """Texts of three levels of agreement; the second cell is wrong where people disagree."""
    agreement = np.tile([0.5, 0.75, 1.0], n // 3)
    return scored(agreement, np.ones(n), agreement > 0.5)


def test_texts_with_too_few_votes_do_not_count_and_are_counted():
    counted = select(voted([1, 0], [1, 1], [0, 3]), min_votes=2)
    assert (counted.votes.ids, counted.left_out_rows) == (["t1", "t2"], 1)
    counted = select(voted([1, 0], [1, 1], [0, 3]), min_votes=3)
    assert (counted.votes.ids, counted.left_out_rows) == (["t2"], 2)


def test_texts_whose_agreement_was_published_without_votes_count():
    assert select(published(0.5, 1.0), min_votes=5).left_out_rows == 0


def test_numbers_of_a_task_by_hand():
    # Agreements 1/2 (a tie), 2/3, 1, 1: mean 19/24, half of them unanimous, a quarter tied.
    # Disagreeing pairs 2 / 1 + 4 / 2 = 4; 11 votes, of them 5 and 6: 121 - 61 = 60.
    # alpha = 1 - 10 * 4 / 60 = 1/3.
    found = measured(voted([1, 1], [2, 1], [0, 4], [2, 0]), scored([0.5, 0.5], [0, 1], [1, 1]))
    assert (found.votes, found.bands) == ("human", None)
    assert (found.n_texts, found.n_votes, found.left_out_rows) == (4, 11, 0)
    assert found.mean_agreement.value == pytest.approx(19 / 24)
    assert found.mean_agreement.n == 4
    assert found.unanimous_share == wilson_interval(1 / 2, 4)
    assert found.tied_share == wilson_interval(1 / 4, 4)
    assert (found.alpha.value, found.alpha.n) == (pytest.approx(1 / 3), 4)
    assert found.alpha.low <= found.alpha.value <= found.alpha.high


def test_a_task_without_votes_says_so_and_has_no_numbers():
    none = Votes([], np.zeros((0, 2), dtype=np.int64), np.zeros(0))
    found = measured(none, scored([], [], []))
    assert found.model_dump(exclude_none=True) == {
        "votes": "none",
        "absent": {"mean_agreement": "the task has no texts with votes"},
    }


def test_published_agreement_has_a_mean_and_curves_but_no_alpha_and_no_ties():
    found = measured(published(*many().agreement), many())
    assert found.mean_agreement.value == 0.75
    assert found.bands == [0.5, 0.75, 1.0]
    assert found.unanimous_share.value == pytest.approx(1 / 3)
    assert (found.alpha, found.tied_share) == (None, None)
    reason = "the share of agreeing voters is published, but not the votes"
    assert found.absent == {"alpha": reason, "tied_share": reason}
    assert found.models["m"]["real"].n_thresholds == 3


def test_only_single_votes_leave_nothing_to_agree():
    found = measured(voted([1, 0], [0, 1]), scored([], [], []))
    assert found.model_dump(exclude_none=True) == {
        "votes": "human",
        "n_texts": 0,
        "n_votes": 0,
        "left_out_rows": 2,
        "scored_rows": 0,
        "resamples": 200,
        "absent": {
            "mean_agreement": "no text has 2 votes",
            "models": "0 texts have votes and predictions, expected at least 2",
        },
    }


def test_curves_of_both_sources_by_hand():
    # Real is right everywhere: slope 0, and nothing for R2 and rho to explain. Zero-shot is right
    # in 40 of 60, then 40 of 40, then 20 of 20: accuracies 2/3, 1, 1 at 0.5, 0.75, 1.
    # Slope: (1 - 2/3) / 4 / (1/8) = 2/3; mean 8/9, intercept 8/9 - 3/4 * 2/3 = 7/18.
    # R2: residuals -1/18, 1/9, -1/18, squares 6/324; from the mean -2/9, 1/9, 1/9: 24/324. 3/4.
    # rho: ranks 1 2 3 and 1 2.5 2.5: 1.5 / sqrt(2 * 1.5).
    found = measured(published(*many().agreement), many()).models["m"]
    real, zero = found["real"], found["zero_shot"]
    assert (real.slope, real.intercept) == ((0, 0, 0, 60), 1)
    assert real.absent == dict.fromkeys(["r_squared", "rho"], "accuracy is the same for all")
    assert (zero.slope.value, zero.slope.n) == (pytest.approx(2 / 3), 60)
    assert zero.intercept == pytest.approx(7 / 18)
    assert zero.r_squared == pytest.approx(3 / 4)
    assert zero.rho == pytest.approx(1.5 / 3**0.5)
    assert zero.absent is None


def test_the_difference_of_slopes_is_synthetic_less_real_and_paired():
    texts = many()
    found = measured(published(*texts.agreement), texts).models["m"]
    # Real has the slope 0 in each resample, so the difference has the interval of the other slope.
    assert found["zero_shot"].slope_difference == found["zero_shot"].slope
    assert found["zero_shot"].slope_difference.low > 0
    assert found["real"].slope_difference is None
    swapped = Scored(texts.agreement, texts.hits[::-1], 1)
    found = measured(published(*texts.agreement), swapped).models["m"]
    assert found["zero_shot"].slope_difference.high < 0


def test_without_real_texts_in_the_plan_slopes_are_not_compared():
    few = Cell("few_shot", "m")
    found = measured(published(*many().agreement), many(), cells=(few, ZERO)).models["m"]
    reason = "the plan has no real texts to compare with"
    assert found["few_shot"].slope_difference is None
    assert found["few_shot"].absent["slope_difference"] == reason


def test_two_thresholds_have_a_slope_and_one_has_none():
    texts = scored([0.5, 0.5, 1.0, 1.0], [1, 0, 1, 1], [0, 0, 1, 0])
    real = measured(published(*texts.agreement), texts).models["m"]["real"]
    assert real.slope.value == pytest.approx(1 / 2)
    assert real.absent == dict.fromkeys(["r_squared", "rho"], "n is 2, expected at least 3")
    one = SETTINGS.model_copy(update={"min_rows": 3})
    real = measured(published(*texts.agreement), texts, settings=one).models["m"]["real"]
    assert real.n_thresholds == 1
    assert real.absent.keys() == {"slope", "r_squared", "rho"}


def test_too_few_scored_texts_have_no_curves_and_the_card_says_why():
    found = measured(published(0.5, 1.0), scored([0.5], [1], [0]))
    assert found.models is None
    assert found.absent["models"] == "1 texts have votes and predictions, expected at least 2"


def test_plot_data_by_hand():
    texts = scored([0.5, 0.5, 1.0, 1.0], [1, 0, 1, 1], [0, 0, 1, 0])
    curves = draw_curves("t", texts, [REAL, ZERO], SETTINGS)
    half = wilson_interval(1 / 2, 2)
    assert list(curve_rows("t", curves)) == [
        ("t", "real", "m", 0.5, *wilson_interval(3 / 4, 4)),
        ("t", "real", "m", 1.0, *wilson_interval(1.0, 2)),
        ("t", "zero_shot", "m", 0.5, *wilson_interval(1 / 4, 4)),
        ("t", "zero_shot", "m", 1.0, *half),
    ]
    assert list(bin_rows("t", texts, [REAL, ZERO], SETTINGS)) == [
        ("t", "real", "m", 0.0, 0.6, *half),
        ("t", "real", "m", 1.0, 1.0, *wilson_interval(1.0, 2)),
        ("t", "zero_shot", "m", 0.0, 0.6, *wilson_interval(0.0, 2)),
        ("t", "zero_shot", "m", 1.0, 1.0, *half),
    ]


def test_the_same_settings_give_the_same_card_and_another_seed_other_intervals():
    votes = voted(*np.random.default_rng(1).integers(0, 4, (60, 3)) + np.eye(3, dtype=int)[0])
    first, again = (measured(votes, many()) for _ in range(2))
    other = measured(votes, many(), settings=SETTINGS.model_copy(update={"seed": 2}))
    assert first == again
    assert other.alpha.value == first.alpha.value
    assert other.alpha.low != first.alpha.low


def test_another_model_in_the_plan_changes_no_number_of_the_first():
    more = Scored(many().agreement, np.concatenate([many().hits, many().hits[:1]]), 1)
    third = Cell("real", "n")
    found = measured(published(*more.agreement), more, cells=(REAL, ZERO, third))
    assert found.models["m"] == measured(published(*many().agreement), many()).models["m"]


@pytest.mark.parametrize(
    "bins",
    [[0.5, 1.0], [0.0, 0.5], [0.0, 0.7, 0.6, 1.0], [0.0, 0.5, 0.5, 1.0], [0.0]],
    ids=["not from 0", "not to 1", "not growing", "twice", "one"],
)
def test_bins_that_do_not_cover_all_agreements_are_refused(bins):
    with pytest.raises(ValidationError, match=r"growing numbers from 0 to 1|at least 2 items"):
        Settings(min_votes=2, min_rows=2, bins=bins, resamples=200, seed=1)


def test_the_card_is_read_as_it_was_written(tmp_path):
    found = measured(voted(*np.tile([[2, 1], [1, 3], [0, 3]], (20, 1))), many())
    path = tmp_path / "card.json"
    tables.write_metrics(found.model_dump(exclude_none=True), path)
    assert params.check(tables.read_metrics(path), AgreementCard, str(path)) == found
