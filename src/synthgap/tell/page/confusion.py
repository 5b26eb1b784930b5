"""What was taken for what."""

from collections.abc import Sequence
from typing import NamedTuple

from synthgap.tell.plot_data import Taken


class Share(NamedTuple):
    """How many texts of a label were taken for a label."""

    n: int
    """Over all seeds."""
    share: float
    """Of the label's texts, in [0, 1]."""


class Confusion(NamedTuple):
    """The confusion matrix of one source and model, over all seeds."""

    model: str
    source: str
    labels: list[str]
    rows: list[list[Share]]
    """By true label, then predicted label."""


def matrix(model: str, source: str, pairs: Sequence[Taken]) -> Confusion:
    """Return the counts, and their shares of each true label's texts."""
    counts = {(pair.actual, pair.predicted): pair.texts for pair in pairs}
    labels = sorted({label for pair in counts for label in pair})
    rows = []
    for actual in labels:
        found = [counts.get((actual, predicted), 0) for predicted in labels]
        n = sum(found)
        rows.append([Share(count, count / n if n else 0.0) for count in found])
    return Confusion(model, source, labels, rows)
