"""Draws of rows, in the proportions of the labels.

Each draw shuffles the rows of a label by a stream of its own and takes the first ones. So one draw
never changes another, and a larger sample holds a smaller one but for at most one text a label:
with a larger total a remainder may be no longer among the largest. Where rare labels get more than
their share, what that costs the largest labels may differ by a few texts more.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from synthgap.floor import seeds


class Draw(NamedTuple):
    """What was taken of some rows and what is left, both in the rows' order."""

    taken: pd.DataFrame
    rest: pd.DataFrame


def take(rows: pd.DataFrame, total: int | None, at_least: int, seed: int, *names: str) -> Draw:
    """Return `total` of the rows, in the proportions of their labels.

    Args:
        rows: with a column `label` and a unique index that ascends.
        total: rows to take, all if there are fewer or if it is None.
        at_least: rows to take of each label, if it has so many.
        seed: with `names`, of the random stream.
        names: what the draw is for.
    """
    chosen: list[int] = []
    shares = allocate(counts(rows), len(rows) if total is None else total, at_least)
    for label, places in rows.groupby("label").groups.items():
        order = seeds.rng(seed, *names, label).permutation(len(places))
        chosen += list(places[order[: shares[label]]])
    taken = rows.index.isin(chosen)
    return Draw(rows[taken], rows[~taken])


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """Return the number of rows of each label, by name."""
    return {label: int(n) for label, n in rows["label"].value_counts().sort_index().items()}


def allocate(counts: Mapping[str, int], total: int, at_least: int) -> dict[str, int]:
    """Return how many rows of each label make up `total` in the proportions of `counts`.

    By largest remainders; the first label wins a tie. A label gets `at_least` rows if it has so
    many, at the cost of the largest others, or above `total` if that is too small for it.
    """
    least = {label: min(n, at_least) for label, n in counts.items()}
    everything = sum(counts.values())
    total = min(everything, max(total, sum(least.values())))
    if not total:
        return least
    shares = {label: n * total // everything for label, n in counts.items()}
    remainders = {label: n * total % everything for label, n in counts.items()}
    by_remainder = sorted(counts, key=lambda label: -remainders[label])
    for label in by_remainder[: total - sum(shares.values())]:
        shares[label] += 1
    for label in counts:
        while shares[label] < least[label]:
            spare = {other: shares[other] - least[other] for other in counts}
            shares[max(spare, key=lambda other: spare[other])] -= 1
            shares[label] += 1
    return shares
