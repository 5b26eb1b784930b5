"""Accuracy on the texts that people agree about at least so much, and the line through it.

The thresholds are the agreements that occur, so that each point of a curve is another set of texts.
Points share texts, the ones above being part of those below: R2 and rho describe a curve, and only
the interval of its slope, by bootstrap over texts, says what chance can do.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.stats.bootstrap import Draws, resample_weights
from synthgap.measure.stats.intervals import Interval
from synthgap.measure.stats.proportions import wilson_interval

Floats = NDArray[np.float64]


class Scored(NamedTuple):
    """The texts that have both an agreement and predictions."""

    agreement: Floats
    """(texts,)"""
    hits: NDArray[np.int64]
    """(cells, texts): in how many seeds a source's model was right about a text."""
    n_seeds: int

    @property
    def accuracy(self) -> Floats:
        """The share of seeds that were right, (cells, texts)."""
        shares: Floats = self.hits / self.n_seeds
        return shares


class Line(NamedTuple):
    """A straight line, fitted by least squares."""

    slope: float
    intercept: float


def thresholds(agreement: Floats, min_rows: int) -> Floats:
    """Return the agreements that at least `min_rows` texts reach, from low to high."""
    levels, counts = np.unique(agreement, return_counts=True)
    reached = np.cumsum(counts[::-1])[::-1]
    kept: Floats = levels[reached >= min_rows]
    return kept


def curve(scored: Scored, steps: Floats) -> list[list[Interval]]:
    """Return, by cell, the accuracy on the texts that reach each of the `steps`."""
    reach = _reach(scored.agreement, steps)
    n = reach.sum(axis=0).tolist()
    shares = (scored.hits @ reach) / (scored.n_seeds * reach.sum(axis=0))
    return [
        [wilson_interval(share, texts) for share, texts in zip(row, n, strict=True)]
        for row in shares.tolist()
    ]


def line(x: Sequence[float], y: Sequence[float]) -> Line:
    """Return the line through the points (x, y).

    Raises:
        ValueError: fewer than two different x.
    """
    if len(set(x)) < 2:
        raise ValueError(f"{len(set(x))} different x, expected at least 2")
    counted = np.ones((1, len(x)), dtype=np.bool_)
    slope = float(_slopes(np.asarray(x), np.asarray(y)[np.newaxis], counted)[0])
    return Line(slope, float(np.mean(y)) - slope * float(np.mean(x)))


def r_squared(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the share of y's variance that the line explains, in [0, 1].

    Raises:
        ValueError: fewer than two different x, or all y the same.
    """
    slope, intercept = line(x, y)
    if len(set(y)) < 2:
        raise ValueError("all y are the same")
    found = np.asarray(y)
    left = found - (slope * np.asarray(x) + intercept)
    total = float(((found - found.mean()) ** 2).sum())
    return max(0.0, 1 - float((left**2).sum()) / total)


def slope_draws(
    scored: Scored, steps: Floats, resamples: int, rng: np.random.Generator
) -> list[Draws]:
    """Return each cell's slope, of the texts as they are and of the same resamples of them.

    The thresholds stay; one that no text of a resample reaches is no point of its line, and a
    resample in which a single one is left is left out.

    Args:
        scored: at least one text.
        steps: at least two thresholds.
        resamples: how many.
        rng: what they are drawn with.
    """
    order = np.argsort(scored.agreement, kind="stable")
    columns = np.vstack([np.ones(len(order)), scored.hits])[:, order].T
    bounds = [*np.searchsorted(scored.agreement[order], steps), len(order)]
    weightings: Iterator[Floats] = chain(
        [np.ones((1, len(order)))], resample_weights(len(order), resamples, rng)
    )
    sums = np.concatenate([_sums_between(weights, columns, bounds) for weights in weightings])
    reached = np.cumsum(sums[:, ::-1], axis=1)[:, ::-1]
    reached = reached[reached[:, 1, 0] > 0]
    counted = reached[:, :, 0] > 0
    totals = scored.n_seeds * np.where(counted, reached[:, :, 0], 1)
    accuracies = reached[:, :, 1:].transpose(2, 0, 1) / totals
    return [_slopes(steps, own, counted) for own in accuracies]


def _sums_between(weights: Floats, columns: Floats, bounds: Sequence[int]) -> Floats:
    """Return the columns' weighted sums over the rows between each two bounds.

    Args:
        weights: (resamples, rows).
        columns: (rows, columns), whole numbers: their sums are exact in any order.
        bounds: growing row numbers.

    Returns:
        (resamples, bounds - 1, columns)
    """
    parts = [weights[:, start:end] @ columns[start:end] for start, end in pairwise(bounds)]
    return np.stack(parts, axis=1)


def _reach(agreement: Floats, steps: Floats) -> NDArray[np.int64]:
    """Return 1 where a text reaches a threshold, else 0, (texts, thresholds)."""
    return (agreement[:, np.newaxis] >= steps).astype(np.int64)


def _slopes(x: Floats, y: Floats, counted: NDArray[np.bool_]) -> Floats:
    """Return the slopes of lines through the points that count.

    Args:
        x: (points,).
        y: (lines, points).
        counted: (lines, points), at least two different x a line.
    """
    n = counted.sum(axis=1, keepdims=True)
    apart = np.where(counted, x - (x * counted).sum(axis=1, keepdims=True) / n, 0)
    slopes: Floats = (y * apart).sum(axis=1) / (apart**2).sum(axis=1)
    return slopes
