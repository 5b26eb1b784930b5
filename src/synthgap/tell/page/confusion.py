"""What was taken for what."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from synthgap.tell.plot_data import Prediction


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


def matrix(model: str, source: str, predictions: Sequence[Prediction]) -> Confusion:
    """Return the counts, and their shares of each true label's texts."""
    counts = Counter((each.actual, each.predicted) for each in predictions)
    labels = sorted({label for pair in counts for label in pair})
    rows = []
    for actual in labels:
        n = sum(counts[actual, predicted] for predicted in labels)
        found = [counts[actual, predicted] for predicted in labels]
        rows.append([Share(count, count / n if n else 0.0) for count in found])
    return Confusion(model, source, labels, rows)
