import numpy as np
import pytest

from synthgap.measure.diversity import halves


def test_the_first_sample_is_everything_and_halves_have_half_of_every_stratum():
    strata = np.array(["a"] * 10 + ["b"] * 4 + ["a"] * 2)
    chosen = halves.draw(strata, 50, np.random.default_rng(1))
    assert chosen.shape == (51, 16)
    assert chosen[0].all()
    assert set(chosen[1:, strata == "a"].sum(axis=1)) == {6}
    assert set(chosen[1:, strata == "b"].sum(axis=1)) == {2}


def test_an_odd_stratum_gives_one_more_or_one_less():
    chosen = halves.draw(np.array(["a"] * 5), 50, np.random.default_rng(1))
    assert set(chosen[1:].sum(axis=1)) == {2, 3}


def test_every_text_is_in_about_half_of_the_halves():
    chosen = halves.draw(np.array(["a"] * 40), 2000, np.random.default_rng(1))
    # Standard error of a share is sqrt(1/4 / 2000) = 0.011: five of them for 40 texts.
    assert abs(chosen[1:].mean(axis=0) - 0.5).max() < 0.056


def test_interval_by_hand():
    # The 2.5th percentile of eleven evenly spaced values lies a quarter of a step above the first.
    draws = np.array([8.0, *range(4, 15)])
    assert halves.interval(draws, 30) == pytest.approx((8, 4.25, 13.75, 30))


def test_rescaled_halves_keep_their_shares_of_their_mean():
    # The mean of the halves is 4, half of the number of all texts.
    assert halves.rescale(np.array([8.0, 3, 4, 5])).tolist() == [8, 6, 8, 10]


def test_rescaling_leaves_numbers_that_are_all_0():
    assert halves.rescale(np.zeros(4)).tolist() == [0, 0, 0, 0]


def test_the_spread_of_a_mean_over_halves_is_its_standard_error():
    rng = np.random.default_rng(3)
    values = rng.normal(size=200)
    chosen = halves.draw(np.array(["a"] * 200), 4000, rng)
    draws = chosen @ values / chosen.sum(axis=1)
    standard_error = values.std(ddof=1) / np.sqrt(200)
    found = halves.interval(draws, 200)
    # A percentile of 4000 draws is known to about 4 %.
    assert found.high - found.low == pytest.approx(2 * 1.96 * standard_error, rel=0.1)
