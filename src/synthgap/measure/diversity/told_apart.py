"""A two-sample check without theory: can a classifier tell two samples of texts apart?"""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from synthgap.measure.diversity import halves
from synthgap.measure.diversity.cores import run_on_cores
from synthgap.measure.diversity.halves import Draws
from synthgap.measure.vectors.vectors import Vectors

BLOCK_CELLS = 4_000_000
"""Pairs compared at a time."""

Rows = NDArray[np.int64]


def auc(
    first: Vectors, second: Vectors, folds: int, resamples: int, rng: np.random.Generator
) -> Draws:
    """Return how well a logistic regression tells the samples apart: 1/2 is not at all, 1 always.

    The area under the ROC curve: the share of pairs, one text of each sample, in which the second
    sample's text is scored higher, by a model that saw neither. Pairs are of one fold, whose texts
    one model scored. A classifier two-sample test (Lopez-Paz and Oquab 2017, ICLR).

    Args:
        first: one sample's vectors.
        second: the other's, at least `folds` in each.
        folds: of the cross-validation.
        resamples: halves to draw of each fold's scores; the models are fitted once.
        rng: the source of folds and halves.
    """
    vectors = np.concatenate([first, second])
    is_second = np.repeat([False, True], [len(first), len(second)])
    splitter = StratifiedKFold(folds, shuffle=True, random_state=int(rng.integers(2**32)))
    splits = list(splitter.split(vectors, is_second))

    def score(split: tuple[Rows, Rows]) -> NDArray[np.float64]:
        train, test = split
        model = LogisticRegression(max_iter=1000)
        model.fit(vectors[train], is_second[train])
        return np.asarray(model.decision_function(vectors[test]))

    scores = np.empty(len(vectors))
    fold = np.empty(len(vectors), dtype=np.int64)
    for i, found in enumerate(run_on_cores(score, splits)):
        scores[splits[i][1]] = found
        fold[splits[i][1]] = i
    strata = np.char.add(fold.astype(str), np.where(is_second, "b", "a"))
    chosen = halves.draw(strata, resamples, rng).astype(np.float64)
    won = np.zeros(len(chosen))
    pairs = np.zeros(len(chosen))
    for i in range(folds):
        low, high = np.nonzero((fold == i) & ~is_second)[0], np.nonzero((fold == i) & is_second)[0]
        won += _won(scores[low], scores[high], chosen[:, low], chosen[:, high])
        pairs += chosen[:, low].sum(axis=1) * chosen[:, high].sum(axis=1)
    return won / pairs


def _won(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    low_weights: NDArray[np.float64],
    high_weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return in how many pairs `high` is higher, equal ones half, with these weights."""
    total = np.zeros(len(low_weights))
    size = max(1, BLOCK_CELLS // len(low))
    for start in range(0, len(high), size):
        rows = slice(start, start + size)
        above = (np.sign(high[rows, np.newaxis] - low) + 1) / 2
        total += ((high_weights[:, rows] @ above) * low_weights).sum(axis=1)
    return total
