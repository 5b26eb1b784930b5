"""Whether a judge prefers the task that is shown first."""

from typing import NamedTuple

import pandas as pd


class Position(NamedTuple):
    """How a judge's answers depend on the order of the tasks."""

    first_share: float
    """Of the judgments: the task shown first was chosen. About 0.5 without a preference, where
    orders were drawn or each pair was shown in both."""
    n_twice: int
    """Pairs that were shown in both orders."""
    n_turned: int
    """Of these: another answer in the other order."""


def positions(judgments: pd.DataFrame) -> dict[str, Position]:
    """Return the dependence on position by judge, of a table of checked JUDGMENTS."""
    found = {}
    for judge, own in judgments.groupby("judge", sort=True):
        first = own["more_objective"] == own["task_a"]
        shown = zip(own["task_a"], own["task_b"], strict=True)
        answers = dict(zip(shown, own["more_objective"], strict=True))
        twice = [pair for pair in answers if pair < pair[::-1] and pair[::-1] in answers]
        turned = sum(answers[pair] != answers[pair[::-1]] for pair in twice)
        found[str(judge)] = Position(float(first.mean()), len(twice), turned)
    return found
