import numpy as np

from synthgap.measure.agreement.bins import bins
from synthgap.measure.agreement.curve import Scored
from synthgap.measure.stats.proportions import wilson_interval


def test_bins_by_hand():
    # Two seeds. Below 0.6: 0.5 and 0.59, right in 3 of 4; from 0.6 on: 0.6, right in 0 of 2;
    # from 0.8 to below 1: none; unanimous: two texts, right in 4 of 4.
    agreement = np.array([0.5, 0.59, 0.6, 1.0, 1.0])
    scored = Scored(agreement, np.array([[2, 1, 0, 2, 2]]), 2)
    assert list(bins(scored, [0.0, 0.6, 0.8, 1.0])) == [
        (0.0, 0.6, 0, wilson_interval(3 / 4, 2)),
        (0.6, 0.8, 0, wilson_interval(0.0, 1)),
        (1.0, 1.0, 0, wilson_interval(1.0, 2)),
    ]


def test_every_text_is_in_one_bin_of_every_cell():
    rng = np.random.default_rng(1)
    scored = Scored(rng.integers(1, 21, 200) / 20, rng.integers(0, 4, (3, 200)), 3)
    found = list(bins(scored, [0.0, 0.3, 0.5, 0.95, 1.0]))
    for cell in range(3):
        assert sum(b.accuracy.n for b in found if b.cell == cell) == 200
        right = sum(b.accuracy.n * b.accuracy.value for b in found if b.cell == cell)
        assert np.isclose(right, scored.hits[cell].sum() / 3)


def test_no_texts_have_no_bins():
    scored = Scored(np.zeros(0), np.zeros((2, 0), dtype=np.int64), 3)
    assert list(bins(scored, [0.0, 1.0])) == []
