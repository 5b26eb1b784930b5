"""Macro-F1 and accuracy of every fit of a task, on its test rows and on resamples of them.

All fits (each source, model and seed) are scored on the same resamples, so that differences between
them are paired. Counts are sums of whole numbers below 2**53: exact in any order, on any machine.
"""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.stats.bootstrap import resample_weights

Floats = NDArray[np.float64]


class Fits(NamedTuple):
    """What the fits of a task predicted, as positions in the task's list of labels."""

    truth: NDArray[np.int64]
    """(rows,)"""
    predicted: NDArray[np.int64]
    """(fits, rows)"""
    n_labels: int


class Counts(NamedTuple):
    """Rows by label, for several weightings of the rows."""

    true: Floats
    """(weightings, 1, labels): rows that have the label."""
    predicted: Floats
    """(weightings, fits, labels): rows that got the label."""
    hits: Floats
    """(weightings, fits, labels): rows that rightly got the label."""


class Scores(NamedTuple):
    """Scores in [0, 1], higher is better; columns as in `bootstrap.Draws`."""

    macro_f1: Floats
    """(fits, 1 + resamples)"""
    accuracy: Floats
    """(fits, 1 + resamples)"""


def score(fits: Fits, resamples: int, rng: np.random.Generator) -> Scores:
    """Return the scores of every fit on the rows as they are, then on each resample.

    Raises:
        ValueError: no rows.
    """
    blocks = [
        (macro_f1_scores(counts), accuracy_scores(counts))
        for counts in _counts(fits, resamples, rng)
    ]
    return Scores(*(np.concatenate(parts).T for parts in zip(*blocks, strict=True)))


def count(fits: Fits, weights: Floats) -> Counts:
    """Return the counts under each of the weightings, (weightings, rows)."""
    return _split(weights @ _indicators(fits), fits)


def label_f1_scores(counts: Counts) -> Floats:
    """Return each label's F1, (weightings, fits, labels): 2 hits / (true + predicted).

    A label that is in the truth and never predicted, or the reverse, has 0; so has, for want of a
    better number, a label that is in neither: see `occurring`.
    """
    total = counts.true + counts.predicted
    return np.divide(2 * counts.hits, total, out=np.zeros_like(total), where=total > 0)


def occurring(counts: Counts) -> NDArray[np.bool_]:
    """Return which labels occur in truth or predictions, (weightings, fits, labels)."""
    return counts.true + counts.predicted > 0


def macro_f1_scores(counts: Counts) -> Floats:
    """Return the mean F1 of the labels that occur in truth or predictions, (weightings, fits)."""
    means: Floats = label_f1_scores(counts).sum(axis=-1) / occurring(counts).sum(axis=-1)
    return means


def accuracy_scores(counts: Counts) -> Floats:
    """Return the share of rows that got their label, (weightings, fits)."""
    shares: Floats = counts.hits.sum(axis=-1) / counts.true.sum(axis=-1)
    return shares


def _counts(fits: Fits, resamples: int, rng: np.random.Generator) -> Iterator[Counts]:
    n = len(fits.truth)
    if n == 0:
        raise ValueError("no rows to score")
    indicators = _indicators(fits)
    for weights in chain([np.ones((1, n))], resample_weights(n, resamples, rng)):
        yield _split(weights @ indicators, fits)


def _indicators(fits: Fits) -> Floats:
    """Return (rows, labels · (1 + 2 · fits)): has, got and rightly got the label, as 0 or 1."""
    labels = np.arange(fits.n_labels)
    true = fits.truth[:, np.newaxis] == labels
    predicted = fits.predicted.T[:, :, np.newaxis] == labels
    hits = predicted & true[:, np.newaxis, :]
    rows = len(fits.truth)
    flat = [true, predicted.reshape(rows, -1), hits.reshape(rows, -1)]
    return np.concatenate(flat, axis=1).astype(np.float64)


def _split(sums: Floats, fits: Fits) -> Counts:
    labels, n_fits = fits.n_labels, len(fits.predicted)
    true, predicted, hits = np.split(sums, [labels, labels * (1 + n_fits)], axis=1)
    shape = (len(sums), n_fits, labels)
    return Counts(true[:, np.newaxis, :], predicted.reshape(shape), hits.reshape(shape))
