"""Judgments of which of two tasks is the more objective one, and how consistent judges are."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthgap.floor.errors import InputError

COLUMNS = ("judge", "task_a", "task_b", "more_objective")
"""Of the JUDGMENTS tables: more_objective is task_a or task_b."""

Wins = NDArray[np.float64]
"""(tasks, tasks): how often the first was called more objective than the second."""


class Tally(NamedTuple):
    """Judgments between some tasks, by judge."""

    tasks: list[str]
    judges: list[str]
    """Those that judged at least one pair, by name."""
    wins: Wins
    """(judges, tasks, tasks)"""

    def take(self, tasks: Sequence[str]) -> "Tally":
        """Return the judgments between `tasks`, and the judges that made any."""
        places = [self.tasks.index(task) for task in tasks]
        wins = self.wins[:, places][:, :, places]
        judged = wins.sum(axis=(1, 2)) > 0
        judges = [name for name, any_ in zip(self.judges, judged, strict=True) if any_]
        return Tally(list(tasks), judges, wins[judged])


def gather(tables: Mapping[Path, pd.DataFrame]) -> pd.DataFrame:
    """Return the judgments of all tables, checked.

    A judge may see a pair twice, once in each order.

    Args:
        tables: by the path each was read from; none gives no judgments.

    Raises:
        InputError: a judge without a name, a task compared with itself, an answer that is neither
            task, or a judgment that stands twice.
    """
    seen: dict[tuple[str, str, str], str] = {}
    for path, table in tables.items():
        for number, row in enumerate(table.itertuples(index=False), start=1):
            place = f"{path}, judgment {number}"
            if not str(row.judge).strip():
                raise InputError(f"{place}: no judge, expected a name")
            if row.task_a == row.task_b:
                raise InputError(
                    f"{place}: {row.task_a!r} is compared with itself, expected two tasks"
                )
            if row.more_objective not in (row.task_a, row.task_b):
                raise InputError(
                    f"{place}: more_objective is {row.more_objective!r}, expected "
                    f"{row.task_a!r} or {row.task_b!r}"
                )
            key = (str(row.judge), str(row.task_a), str(row.task_b))
            if key in seen:
                raise InputError(
                    f"{place}: {', '.join(key)} stands in {seen[key]} already, expected once"
                )
            seen[key] = place
    return pd.concat([pd.DataFrame(columns=list(COLUMNS)), *tables.values()], ignore_index=True)


def between(judgments: pd.DataFrame, tasks: Sequence[str]) -> pd.DataFrame:
    """Return the judgments of which both tasks are among `tasks`."""
    return judgments[judgments["task_a"].isin(tasks) & judgments["task_b"].isin(tasks)]


def count_judgments(judgments: pd.DataFrame, tasks: Sequence[str]) -> Tally:
    """Return the tally of the judgments between `tasks`; those of other tasks do not count."""
    rows = between(judgments, tasks)
    judges = sorted(set(rows["judge"]))
    wins = np.zeros((len(judges), len(tasks), len(tasks)))
    places = {task: i for i, task in enumerate(tasks)}
    for judge, a, b, better in rows.itertuples(index=False, name=None):
        worse = b if better == a else a
        wins[judges.index(judge), places[better], places[worse]] += 1
    return Tally(list(tasks), judges, wins)


def largest_group(wins: Wins) -> list[int]:
    """Return the places of the largest set of tasks that chains of judged pairs connect.

    Tasks in different groups were never compared, not even through others. Of equally large groups
    it is the one with the first task; a task that was never judged is a group of its own.
    """
    n = len(wins)
    connected = (wins + wins.T > 0) | np.eye(n, dtype=np.bool_)
    for _ in range(n):
        connected = connected @ connected
    sizes = connected.sum(axis=1)
    return [int(place) for place in np.flatnonzero(connected[sizes.argmax()])]


def circular_triads(wins: Wins) -> tuple[int, int]:
    """Return how many triads of tasks one judge put in a circle, and how many were decided.

    Kendall and Babington Smith (1940), On the method of paired comparisons. A triad is decided
    where each of its pairs is: judged, and not once this way and once that way.
    """
    beats = (wins > wins.T).astype(np.int64)
    decided = beats + beats.T
    circles = int(np.trace(beats @ beats @ beats)) // 3
    return circles, int(np.trace(decided @ decided @ decided)) // 6


def consistency_score(wins: Wins) -> float:
    """Return Kendall's zeta of one judge: 1 - circular triads / the most there can be.

    Raises:
        ValueError: fewer than three tasks, or a pair that the judge did not decide.
    """
    n = len(wins)
    circles, decided = circular_triads(wins)
    if n < 3 or decided != n * (n - 1) * (n - 2) // 6:
        raise ValueError(f"the judge decided {decided} triads of {n} tasks, expected all")
    most = n * (n * n - (1 if n % 2 else 4)) // 24
    return 1 - circles / most


def agreeing_pairs(wins: Wins) -> tuple[int, int]:
    """Return how many pairs of judges decided a pair of tasks alike, and how many decided it.

    Summed over the pairs of tasks; (judges, tasks, tasks) go in.
    """
    first = (wins > wins.transpose(0, 2, 1)).sum(axis=0)
    alike = both = 0
    for a, b in combinations(range(len(first)), 2):
        yes, no = int(first[a, b]), int(first[b, a])
        alike += yes * (yes - 1) // 2 + no * (no - 1) // 2
        both += (yes + no) * (yes + no - 1) // 2
    return alike, both
