"""Bradley-Terry strengths of tasks from judgments of which of two is the more objective one.

Judges who agree almost perfectly make plain maximum likelihood run away: a task that wins all its
pairs has the strength infinity. So every pair of tasks also counts as judged `penalty` times each
way, which no judge did. This is maximum likelihood with a penalty that is a number of judgments,
whatever their number and the strengths' scale; `choix` has the estimate (its own alpha adds to the
transition rates of a Markov chain instead, and is no penalty of the likelihood).
"""

import choix
import numpy as np
from numpy.typing import NDArray

from synthgap.measure.ranking.judgments import Wins
from synthgap.measure.stats.spearman import doubled_ranks

Floats = NDArray[np.float64]

TIE = 1e-6
"""Strengths that differ by less are equal: what is left is the estimate's inexactness."""


def objectivity(wins: Wins, penalty: float) -> Floats:
    """Return the strengths, log-odds with mean 0: the higher, the more objective.

    Args:
        wins: of all judges together, (tasks, tasks); weights of judges may make them fractions.
        penalty: judgments to add for each pair and way, above 0.
    """
    added = wins + penalty * (1 - np.eye(len(wins)))
    strengths: Floats = choix.ilsr_pairwise_dense(added, max_iter=100_000, tol=1e-11)
    strengths -= strengths.mean()
    return strengths


def subjectivity_ranks(strengths: Floats) -> Floats:
    """Return ranks, 1 for the highest strength; equal ones share the mean of their ranks."""
    order = np.argsort(-strengths)
    apart = np.diff(-strengths[order], prepend=-strengths[order[0]]) > TIE
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.cumsum(apart)
    ranks: Floats = doubled_ranks(group.tolist()) / 2
    return ranks


def predicted(wins: Wins, strengths: Floats) -> float:
    """Return how many of the judgments call the task more objective that is stronger."""
    stronger = strengths[:, np.newaxis] - strengths > TIE
    return float((wins * stronger).sum())


def log_loss(wins: Wins, strengths: Floats) -> float:
    """Return the sum of the judgments' negative log-likelihoods, in nats."""
    lead = strengths[:, np.newaxis] - strengths
    return float((wins * np.logaddexp(0, -lead)).sum())
