import numpy as np
import pytest
from scipy.stats import linregress

from synthgap.measure.agreement.curve import Scored, curve, line, r_squared, slope_draws, thresholds
from synthgap.measure.stats.bootstrap import resample_weights
from synthgap.measure.stats.proportions import wilson_interval

# Four texts, two seeds, two cells. The first is right more often the more people agree.
HAND_MADE = Scored(np.array([0.5, 0.5, 0.75, 1.0]), np.array([[0, 1, 1, 2], [2, 2, 1, 2]]), 2)
STEPS = np.array([0.5, 0.75, 1.0])


def random_texts(seed=1, texts=80, cells=3, seeds=2):
    rng = np.random.default_rng(seed)
    agreement = rng.integers(5, 11, texts) / 10
    hits = rng.binomial(seeds, np.clip(agreement - 0.1, 0, 1), (cells, texts))
    return Scored(agreement, hits, seeds)


def in_order(scored):
    """Return the texts from low to high agreement, the order in which they are drawn."""
    order = np.argsort(scored.agreement, kind="stable")
    return Scored(scored.agreement[order], scored.hits[:, order], scored.n_seeds)


def test_thresholds_are_the_agreements_that_enough_texts_reach():
    # 0.5 is reached by 4 texts, 0.75 by 2, 1 by 1.
    assert thresholds(HAND_MADE.agreement, 1).tolist() == [0.5, 0.75, 1]
    assert thresholds(HAND_MADE.agreement, 2).tolist() == [0.5, 0.75]
    assert thresholds(HAND_MADE.agreement, 5).tolist() == []


def test_the_curve_by_hand():
    # Right in 4 of 8 (four texts, two seeds), 3 of 4, 2 of 2; the other cell in 7 of 8, 3 of 4 and
    # 2 of 2.
    # The interval's n is the texts', not the predictions'.
    first, second = curve(HAND_MADE, STEPS)
    assert first == [wilson_interval(1 / 2, 4), wilson_interval(3 / 4, 2), wilson_interval(1.0, 1)]
    assert [point.value for point in second] == [7 / 8, 3 / 4, 1]


def test_the_line_by_hand():
    # First cell (0.5, 0.5), (0.75, 0.75), (1, 1): the diagonal.
    # Second: distances of the thresholds from their mean -1/4, 0, 1/4; slope (1 - 7/8) / 4 / (1/8)
    # = 1/4, mean accuracy 7/8, intercept 7/8 - 3/4 / 4 = 11/16.
    assert line([0.5, 0.75, 1.0], [0.5, 0.75, 1.0]) == (1, 0)
    assert line([0.5, 0.75, 1.0], [7 / 8, 3 / 4, 1]) == (1 / 4, 11 / 16)


def test_r_squared_by_hand():
    # Residuals of the second line 1/16, -1/8, 1/16: 3/128; from the mean 0, -1/8, 1/8: 1/32.
    # 1 - (3/128) / (1/32) = 1/4.
    assert r_squared([0.5, 0.75, 1.0], [0.5, 0.75, 1.0]) == 1
    assert r_squared([0.5, 0.75, 1.0], [7 / 8, 3 / 4, 1]) == pytest.approx(1 / 4, abs=1e-15)


def test_line_and_r_squared_equal_scipys():
    x, y = np.random.default_rng(2).random((2, 9)).tolist()
    theirs = linregress(x, y)
    assert line(x, y) == pytest.approx((theirs.slope, theirs.intercept), abs=1e-12)
    assert r_squared(x, y) == pytest.approx(theirs.rvalue**2, abs=1e-12)


def test_no_line_through_one_point_and_no_r_squared_of_equal_accuracies():
    with pytest.raises(ValueError, match="1 different x, expected at least 2"):
        line([0.5, 0.5], [0.1, 0.2])
    with pytest.raises(ValueError, match="all y are the same"):
        r_squared([0.5, 1.0], [0.9, 0.9])


def test_the_first_slope_is_that_of_the_texts_as_they_are():
    slopes = slope_draws(HAND_MADE, STEPS, 100, np.random.default_rng(1))
    assert [draws[0] for draws in slopes] == [1, 1 / 4]


def test_slopes_of_a_resample_are_those_of_the_texts_that_it_holds():
    scored = in_order(random_texts())
    steps = thresholds(scored.agreement, 10)
    slopes = np.array(slope_draws(scored, steps, 15, np.random.default_rng(5)))
    weights = np.concatenate(list(resample_weights(80, 15, np.random.default_rng(5))))
    for i, row in enumerate(weights.astype(int), start=1):
        held = Scored(np.repeat(scored.agreement, row), np.repeat(scored.hits, row, axis=1), 2)
        accuracies = [[point.value for point in points] for points in curve(held, steps)]
        expected = [line(steps.tolist(), found).slope for found in accuracies]
        assert slopes[:, i].tolist() == pytest.approx(expected, abs=1e-12)


def test_a_threshold_that_a_resample_does_not_reach_is_no_point_of_its_line():
    # Resamples hold the text at 1 or not; without it the line goes through 0.5 and 0.75 alone, and
    # without that at 0.75 too they have no line. Nothing is a number that is none.
    slopes = slope_draws(HAND_MADE, STEPS, 500, np.random.default_rng(1))
    assert len(slopes[0]) == len(slopes[1]) < 501
    assert np.isfinite(slopes).all()


def test_differences_of_slopes_are_paired():
    # A cell that is right exactly where another is has the same slope in each resample.
    scored = random_texts(cells=1)
    twice = Scored(scored.agreement, np.concatenate([scored.hits, scored.hits]), 2)
    first, second = slope_draws(twice, np.array([0.5, 0.8, 1]), 50, np.random.default_rng(1))
    assert (first - second).tolist() == [0] * len(first)
    assert len(set(first.tolist())) > 40


def test_slopes_do_not_depend_on_the_number_of_seeds_that_agree():
    scored = random_texts()
    tripled = Scored(scored.agreement, scored.hits * 3, scored.n_seeds * 3)
    steps = np.array([0.5, 0.7, 0.9])
    one = slope_draws(scored, steps, 20, np.random.default_rng(1))
    three = slope_draws(tripled, steps, 20, np.random.default_rng(1))
    assert np.allclose(one, three, atol=1e-14)
