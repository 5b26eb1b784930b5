"""Which training texts are held back for the validation curve."""

import numpy as np
from numpy.typing import NDArray

from synthgap.classify.batches import Rows


def held_back(labels: NDArray[np.int64], share: float, rng: np.random.Generator) -> Rows:
    """Return the rows of texts not to be learnt from, ascending: a share, rounded down.

    They are drawn whatever their labels, but the last text of a label is left to learn from, and
    the next one drawn takes its place. There are fewer than asked for where nothing else is left.

    Args:
        labels: (texts,), positions.
        share: in [0, 1).
        rng: of the draw.
    """
    wanted = int(len(labels) * share)
    left = np.bincount(labels)
    held: list[int] = []
    for row in rng.permutation(len(labels)):
        if len(held) == wanted:
            break
        if left[labels[row]] > 1:
            left[labels[row]] -= 1
            held.append(row)
    return np.array(sorted(held), dtype=np.int64)
