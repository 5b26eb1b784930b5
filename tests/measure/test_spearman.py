import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from synthgap.measure.stats.spearman import doubled_ranks, spearman_rho, undefined


def test_ranks_are_doubled_and_ties_share_their_mean():
    # Ranks 3, 1.5, 1.5, 4.
    assert doubled_ranks([5.0, 2.0, 2.0, 9.0]).tolist() == [6, 3, 3, 8]


def test_ranks_equal_scipys():
    values = np.random.default_rng(1).integers(0, 8, 30).tolist()
    assert (doubled_ranks(values) / 2).tolist() == rankdata(values).tolist()


def test_rho_by_hand():
    # Ranks 1 2 3 4 and 2 1 4 3: 1 - 6 * (1 + 1 + 1 + 1) / (4 * 15) = 0.6.
    assert spearman_rho([1, 2, 3, 4], [0.2, 0.1, 0.4, 0.3]) == pytest.approx(0.6, abs=1e-15)


def test_rho_with_a_tie_by_hand():
    # Ranks 1 2 3 and 1.5 1.5 3, less their mean 2: (-1 0 1) and (-0.5 -0.5 1).
    # 1.5 / sqrt(2 * 1.5) = 0.866.
    assert spearman_rho([1, 2, 3], [7, 7, 8]) == pytest.approx(1.5 / 3**0.5, abs=1e-15)


def test_a_perfect_order_has_exactly_1_or_minus_1():
    x = [float(i) ** 3 for i in range(11)]
    assert spearman_rho(x, [i * 0.1 for i in range(11)]) == 1
    assert spearman_rho(x, [-i * 0.1 for i in range(11)]) == -1


@pytest.mark.parametrize("seed", range(3))
def test_rho_equals_scipys_with_ties(seed):
    x, y = np.random.default_rng(seed).integers(0, 9, (2, 25)).tolist()
    assert spearman_rho(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([], [], "n is 0, expected at least 3"),
        ([1, 2], [1, 2], "n is 2, expected at least 3"),
        ([4, 4, 4], [1, 2, 3], "rank is the same for all"),
        ([1, 2, 3], [0.5, 0.5, 0.5], "gap is the same for all"),
    ],
    ids=["none", "two", "constant x", "constant y"],
)
def test_rho_without_a_value_says_why(x, y, reason):
    assert undefined(x, y, ("rank", "gap")) == reason


def test_rho_of_constant_input_is_refused():
    with pytest.raises(ValueError, match="y is the same for all"):
        spearman_rho([1, 2, 3], [2, 2, 2])
