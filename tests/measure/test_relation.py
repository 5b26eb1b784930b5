import json
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from scipy.stats import permutation_test, spearmanr

from synthgap.floor import params
from synthgap.measure.relation.relation import (
    EXACT_UP_TO,
    Relation,
    drawn_p,
    exact_p,
    relate,
    rho_interval,
)
from synthgap.measure.stats.spearman import spearman_rho

NAMES = ("the rank", "the gap")


def by_task(values):
    return {f"task_{i}": value for i, value in enumerate(values)}


def related(x, y):
    return relate(by_task(x), by_task(y), NAMES, np.random.default_rng(1))


def enumerated_p(x, y):
    found = abs(spearman_rho(x, y))
    rhos = np.array([spearman_rho(x, order) for order in permutations(y)])
    return (np.abs(rhos) >= found - 1e-9).mean()


def test_p_by_hand():
    # Four tasks in perfect order: of 4! = 24 orders this one and its reverse are as far from 0.
    assert exact_p([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4]) == 2 / 24
    # One neighbouring pair swapped, rho 0.8: the two perfect orders, and one swap of three
    # possible ones from either of them, 2 + 6 = 8.
    assert exact_p([1, 2, 3, 4], [0.2, 0.1, 0.3, 0.4]) == 8 / 24


@pytest.mark.parametrize("seed", range(4))
def test_p_is_exact_against_enumeration_for_six_tasks(seed):
    x, y = np.random.default_rng(seed).random((2, 6)).tolist()
    assert exact_p(x, y) == pytest.approx(enumerated_p(x, y), abs=1e-15)


@pytest.mark.parametrize("seed", range(4))
def test_p_is_exact_with_ties(seed):
    x, y = np.random.default_rng(seed).integers(0, 4, (2, 6)).tolist()
    assert exact_p(x, y) == pytest.approx(enumerated_p(x, y), abs=1e-15)


def test_p_equals_scipys_for_five_tasks():
    x, y = np.random.default_rng(9).random((2, 5))
    theirs = permutation_test(
        (x,), lambda order: spearmanr(order, y).statistic, permutation_type="pairings"
    )
    assert exact_p(x.tolist(), y.tolist()) == pytest.approx(theirs.pvalue, abs=1e-12)


def test_p_of_the_most_tasks_that_are_exact_counts_every_permutation():
    # In perfect order: two of all n!.
    x = list(range(EXACT_UP_TO))
    assert exact_p(x, x) == 2 / factorial(EXACT_UP_TO)


def test_drawn_p_is_close_to_the_exact_one():
    # 20,000 draws: the standard error is below 0.0036, so 0.015 is four of them.
    x, y = np.random.default_rng(4).random((2, 8)).tolist()
    drawn = drawn_p(x, y, 20_000, np.random.default_rng(1))
    assert drawn == pytest.approx(exact_p(x, y), abs=0.015)


def test_drawn_p_is_never_0():
    x = list(range(20))
    assert drawn_p(x, x, 999, np.random.default_rng(1)) == 1 / 1000


def test_the_interval_by_hand():
    # rho 0.5, n 10: artanh 0.549306, standard error sqrt(1.125 / 7) = 0.400892, times 1.959964 =
    # 0.785734; tanh(-0.236428) = -0.232119, tanh(1.335040) = 0.870476.
    assert rho_interval(0.5, 10) == pytest.approx((-0.232119, 0.870476), abs=1e-6)


def test_a_relation_has_its_n_its_interval_and_what_p_rests_on():
    relation = related([1, 2, 3, 4], [0.2, 0.1, 0.4, 0.3])
    assert (relation.n, relation.rho, relation.permutations) == (4, pytest.approx(0.6), 24)
    assert -1 < relation.low < 0.6 < relation.high < 1
    # Sums of squared differences of ranks of 0, 2 and 4 have 1 + 3 + 1 orders of 4, and so have
    # 20, 18 and 16.
    assert relation.p == 10 / 24
    assert relation.absent is None


def test_only_tasks_that_have_both_numbers_count():
    x = by_task([1, 2, 3, 4, 5]) | {"only_ranked": 9}
    y = {"only_scored": 0.5} | by_task([0.1, 0.2, 0.4, 0.3, 0.5])
    relation = relate(x, y, NAMES, np.random.default_rng(1))
    assert (relation.n, relation.rho) == (5, pytest.approx(0.9))


@pytest.mark.parametrize(
    ("x", "y", "reason"),
    [
        ([1, 2, 3, 4], [0.3] * 4, "the gap is the same for all"),
        ([2.5] * 4, [0.1, 0.2, 0.3, 0.4], "the rank is the same for all"),
        ([1, 2], [0.1, 0.2], "n is 2, expected at least 3"),
        ([], [], "n is 0, expected at least 3"),
    ],
    ids=["constant gap", "constant rank", "two tasks", "no tasks"],
)
def test_a_rho_without_a_value_is_absent_with_the_reason(x, y, reason):
    written = related(x, y).model_dump(exclude_none=True)
    assert written == {"n": len(x), "absent": {"rho": reason}}


def test_a_perfect_order_has_p_but_no_interval():
    written = related([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]).model_dump(exclude_none=True)
    assert written == {
        "n": 5,
        "rho": 1.0,
        "p": 2 / 120,
        "permutations": 120,
        "absent": {"interval": "rho is at its limit"},
    }


def test_three_tasks_have_no_interval():
    assert related([1, 2, 3], [1, 3, 2]).absent == {"interval": "n is 3, expected at least 4"}


def test_with_many_tasks_permutations_are_drawn_and_counted():
    x = list(range(EXACT_UP_TO + 1))
    relation = related(x, x[::-1])
    assert (relation.rho, relation.permutations) == (-1, 99_999)
    assert relation.p == 1 / 100_000


@pytest.mark.parametrize("y", [[1, 3, 2, 4], [1, 1, 1, 1]], ids=["with rho", "without"])
def test_a_relation_is_read_as_it_was_written(y):
    relation = related([1, 2, 3, 4], y)
    written = json.loads(json.dumps(relation.model_dump(exclude_none=True)))
    assert params.check(written, Relation, "summary.json") == relation
