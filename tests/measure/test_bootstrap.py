import numpy as np
import pytest

from synthgap.measure.stats.bootstrap import (
    DIFFERENCE,
    SHARE,
    centred,
    centred_interval,
    percentile_interval,
    resample_weights,
)


def weights(n, resamples, cells):
    rng = np.random.default_rng(3)
    return np.concatenate(list(resample_weights(n, resamples, rng, cells)))


def test_every_resample_has_as_many_rows_as_there_are():
    drawn = weights(7, 50, cells=1000)
    assert drawn.shape == (50, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert (drawn >= 0).all()


def test_the_size_of_blocks_changes_no_draw():
    assert (weights(7, 50, cells=21) == weights(7, 50, cells=1000)).all()


def test_a_block_that_one_resample_overflows_still_holds_one():
    assert [len(block) for block in resample_weights(7, 3, np.random.default_rng(1), 5)] == [1] * 3


def test_every_row_is_as_likely_as_the_others():
    # A row's count in 4000 resamples has mean 4000 and a standard deviation of about 58.
    assert weights(5, 4000, cells=10**6).sum(axis=0) == pytest.approx(4000, abs=300)


def test_the_interval_holds_the_middle_95_percent_of_the_resamples():
    # Of 41 resamples 0, 1, ..., 40 the 2.5th percentile is 0.025 * 40 = 1, the 97.5th is 39. The
    # first draw is the score itself and no resample.
    draws = np.array([17.0, *range(41)])
    assert percentile_interval(draws, 8) == (17.0, 1.0, 39.0, 8)


def test_the_bias_of_the_resamples_is_taken_out_by_hand():
    # Resamples 0, 0.01, ..., 0.40 have the mean 0.20, 0.30 below the score: the percentiles 0.01
    # and 0.39 become 0.31 and 0.69.
    draws = np.array([0.5, *(i / 100 for i in range(41))])
    assert centred(draws)[1:].mean() == pytest.approx(0.5)
    assert centred_interval(draws, 8, SHARE) == pytest.approx((0.5, 0.31, 0.69, 8))


def test_the_interval_ends_where_the_score_does():
    draws = np.array([0.9, *(i / 100 for i in range(41))])
    assert centred_interval(draws, 8, SHARE) == pytest.approx((0.9, 0.71, 1.0, 8))
    assert centred_interval(-draws, 8, DIFFERENCE) == pytest.approx((-0.9, -1.0, -0.71, 8))


def test_draws_without_bias_stay_as_they_are():
    draws = np.array([0.5, 0.25, 0.75, 0.5])
    assert (centred(draws) == draws).all()
