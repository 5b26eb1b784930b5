import math

import choix
import numpy as np
import pytest

from synthgap.measure.ranking.ranking import log_loss, objectivity, predicted, subjectivity_ranks


def simulated(strengths, n, seed):
    """Return wins of n judgments of each pair, drawn from Bradley-Terry strengths."""
    lead = np.subtract.outer(strengths, strengths)
    wins = np.triu(np.random.default_rng(seed).binomial(n, 1 / (1 + np.exp(-lead))), 1).astype(
        float
    )
    return wins + np.tril(n - wins.T, -1)


def unanimous(n_tasks, n_judges):
    return np.triu(np.full((n_tasks, n_tasks), float(n_judges)), 1)


def test_strengths_of_two_tasks_by_hand():
    # Six judgments for the first, none for the second, half a judgment added each way:
    # log(6.5 / 0.5) apart, with mean 0.
    apart = math.log(13)
    assert objectivity(unanimous(2, 6), 0.5).tolist() == pytest.approx([apart / 2, -apart / 2])


def test_a_planted_order_is_recovered():
    planted = np.array([0.3, -1.2, 2.0, 1.1, -0.4, -2.3])
    found = objectivity(simulated(planted, 200, seed=1), 0.05)
    assert np.argsort(found).tolist() == np.argsort(planted).tolist()


def test_planted_strengths_are_recovered_from_many_judgments():
    planted = np.array([0.5, -1.0, 1.5, 0.0, -1.0])
    found = objectivity(simulated(planted, 200_000, seed=2), 0.05)
    assert found.tolist() == pytest.approx(planted.tolist(), abs=0.02)


def test_judges_who_always_agree_give_finite_strengths_in_their_order():
    found = objectivity(unanimous(10, 6), 0.05)
    assert np.isfinite(found).all()
    assert subjectivity_ranks(found).tolist() == list(range(1, 11))


def test_strengths_equal_the_maximum_that_an_optimiser_finds():
    # The penalty of 1 is one judgment each way for every pair.
    wins = simulated(np.array([1.0, 0.0, -1.0, 0.5]), 5, seed=3)
    pairs = [(i, j) for i in range(4) for j in range(4) if i != j]
    data = [pair for pair in pairs for _ in range(int(wins[pair]) + 1)]
    theirs = choix.opt_pairwise(4, data, alpha=0.0, method="BFGS", tol=1e-9)
    found = objectivity(wins, 1)
    assert found.tolist() == pytest.approx((theirs - theirs.mean()).tolist(), abs=1e-6)


def test_at_the_maximum_expected_wins_are_those_that_were_judged():
    # What makes it the maximum: for each task, wins (with those added) = sum of its chances.
    wins, penalty = simulated(np.array([2.0, 0.0, -1.0, 0.5, 0.1]), 3, seed=4), 0.05
    found = objectivity(wins, penalty)
    added = wins + penalty * (1 - np.eye(5))
    chance = 1 / (1 + np.exp(-np.subtract.outer(found, found)))
    expected = ((added + added.T) * chance).sum(axis=1)
    assert expected.tolist() == pytest.approx(added.sum(axis=1).tolist(), abs=1e-8)


def test_a_larger_penalty_draws_strengths_together_and_keeps_their_order():
    spans = [np.ptp(objectivity(unanimous(6, 4), penalty)) for penalty in (0.01, 0.1, 1, 10)]
    assert spans == sorted(spans, reverse=True)
    assert subjectivity_ranks(objectivity(unanimous(6, 4), 10)).tolist() == [1, 2, 3, 4, 5, 6]


def test_the_highest_strength_has_rank_1_and_equal_ones_share_a_rank():
    assert subjectivity_ranks(np.array([-1.0, 3.0, 0.5, 0.5 + 1e-9])).tolist() == [4, 1, 2.5, 2.5]


def test_two_tasks_that_judges_are_split_over_share_a_rank():
    wins = unanimous(3, 6)
    wins[1, 2] = wins[2, 1] = 3
    assert subjectivity_ranks(objectivity(wins, 0.05)).tolist() == [1, 2.5, 2.5]


def test_judgments_are_predicted_where_the_stronger_task_won():
    # 0 over 1 twice is predicted, 1 over 0 is not; 2 and 1 are equal, which predicts nothing.
    wins = np.array([[0, 2, 1], [1, 0, 1], [0, 0, 0]])
    assert predicted(wins, np.array([1.0, 0.0, 0.0])) == 3


def test_log_loss_by_hand():
    # Chances 3/4 and 1/4: -log(3/4) twice and -log(1/4) once.
    strengths = np.array([math.log(3), 0.0])
    wins = np.array([[0, 2], [1, 0]])
    assert log_loss(wins, strengths) == pytest.approx(-2 * math.log(3 / 4) - math.log(1 / 4))
