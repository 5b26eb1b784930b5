"""How a property of tasks and the gap go together over tasks.

Spearman's rho, with the permutation p: the share of all n! ways to hand the gaps out to the tasks
whose rho is at least as far from 0. Tasks are few, so nothing rests on a large sample. Sums of
ranks are whole numbers, so that ties between permutations are seen exactly.
"""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.relation.card import Relation
from synthgap.measure.stats.spearman import doubled_ranks, spearman_rho, undefined

Ranks = NDArray[np.int64]

EXACT_UP_TO = 12
"""Items; beyond, permutations are drawn."""

DRAWN = 99_999
"""Permutations that are drawn."""


def relate(
    x: Mapping[str, float],
    y: Mapping[str, float],
    names: tuple[str, str],
    rng: np.random.Generator,
) -> Relation:
    """Return the relation of x and y over the tasks that have both.

    Args:
        x: a property, by task.
        y: a gap, by task.
        names: what x and y are, for reasons.
        rng: used beyond `EXACT_UP_TO` tasks only.
    """
    shared = sorted(x.keys() & y.keys())
    a, b = [x[task] for task in shared], [y[task] for task in shared]
    n = len(shared)
    reason = undefined(a, b, names)
    if reason:
        return Relation(n=n, absent={"rho": reason})
    rho = spearman_rho(a, b)
    if n <= EXACT_UP_TO:
        p, permutations = exact_p(a, b), math.factorial(n)
    else:
        p, permutations = drawn_p(a, b, DRAWN, rng), DRAWN
    if n < 4 or abs(rho) == 1:
        why = "n is 3, expected at least 4" if n < 4 else "rho is at its limit"
        return Relation(n=n, rho=rho, p=p, permutations=permutations, absent={"interval": why})
    low, high = rho_interval(rho, n)
    return Relation(n=n, rho=rho, low=low, high=high, p=p, permutations=permutations)


def rho_interval(rho: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of rho.

    Bonett and Wright (2000), Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations: Fisher's transform of rho has the variance (1 + rho^2 / 2) / (n - 3).

    Raises:
        ValueError: fewer than four items, or a rho of 1 or -1.
    """
    if n < 4 or abs(rho) >= 1:
        raise ValueError(f"no interval for rho {rho} of {n} items")
    half = NormalDist().inv_cdf(0.975) * math.sqrt((1 + rho * rho / 2) / (n - 3))
    return math.tanh(math.atanh(rho) - half), math.tanh(math.atanh(rho) + half)


def exact_p(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the share of all permutations whose rho is at least as far from 0."""
    a, b = _small(doubled_ranks(x)), _small(doubled_ranks(y))
    counts = _permutations_by_sum(a.tolist(), b.tolist())
    far = _far(np.arange(len(counts)), a, b)
    return int(counts[far].sum()) / int(counts.sum())


def drawn_p(x: Sequence[float], y: Sequence[float], draws: int, rng: np.random.Generator) -> float:
    """Return that share of random permutations and the one at hand."""
    a, b = doubled_ranks(x), doubled_ranks(y)
    sums = rng.permuted(np.tile(b, (draws, 1)), axis=1) @ a
    return (1 + int(_far(sums, a, b).sum())) / (1 + draws)


def _far(sums: Ranks, a: Ranks, b: Ranks) -> NDArray[np.bool_]:
    """Return which sums of products are as far from their mean as that of a and b itself."""
    n, mean = len(a), int(a.sum()) * int(b.sum())
    far: NDArray[np.bool_] = np.abs(n * sums - mean) >= abs(n * int(a @ b) - mean)
    return far


def _small(ranks: Ranks) -> Ranks:
    """Return the ranks less their lowest, over their largest common divisor: rho is the same."""
    from_zero = ranks - ranks.min()
    smaller: Ranks = from_zero // np.gcd.reduce(from_zero)
    return smaller


def _permutations_by_sum(a: list[int], b: list[int]) -> NDArray[np.int64]:
    """Return how many permutations of b have each sum of products with a.

    Built up over the sets of b's places that the first items of a have used: 2^n sets for n!
    permutations.
    """
    size = 1 + sum(i * j for i, j in zip(sorted(a), sorted(b), strict=True))
    by_used: dict[int, Ranks] = {0: np.eye(1, size, dtype=np.int64)[0]}
    for value in a:
        longer: dict[int, Ranks] = {}
        for used, counts in by_used.items():
            for place, other in enumerate(b):
                if not used >> place & 1:
                    key, step = used | 1 << place, value * other
                    target = longer.setdefault(key, np.zeros(size, dtype=np.int64))
                    target[step:] += counts[: size - step]
        by_used = longer
    (all_used,) = by_used.values()
    return all_used
