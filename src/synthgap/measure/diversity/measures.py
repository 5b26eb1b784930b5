"""How far apart the texts of a sample are, and how near to those of another.

Texts are vectors of length 1, their distance is 1 - cosine, in [0, 2]. Every function returns its
number for all texts and then for each half of them, see `halves`.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.diversity.cores import run_on_cores
from synthgap.measure.diversity.halves import Chosen, Draws
from synthgap.measure.diversity.nearest import Neighbours
from synthgap.measure.vectors.vectors import Vectors

BLOCK_ROWS = 4096
"""Vectors held in double precision at a time."""


def listed_neighbours(k: int) -> int:
    """Return how many neighbours to list, so that a half almost surely holds k of them.

    A half holds each of them with probability 1/2: none of 24 (k = 1) with probability 6e-8, fewer
    than five of 40 (k = 5) with 9e-8. Where it happens, the farthest that is listed stands in.
    """
    return 20 + 4 * k


def remote_clique_distance(vectors: Vectors, chosen: Chosen) -> Draws:
    """Return the mean over texts of the mean distance to the other texts: the higher, the wider.

    Sum over i and j != i of d(i, j), over n (n - 1). Cox et al. 2021, Directed Diversity, CHI, give
    the measure; a text's distance of 0 to itself is left out here. With it, as in the Python
    package `diversity`, the value is (n - 1) / n of this one. No pair is looked at: the cosines of
    all pairs add up to the squared length of the sum of the vectors.
    """
    total = np.zeros((len(chosen), vectors.shape[1]))
    own = np.zeros(len(chosen))
    for rows, block in _blocks(vectors):
        weights = chosen[:, rows].astype(np.float64)
        total += weights @ block
        own += weights @ (block**2).sum(axis=1)
    n = chosen.sum(axis=1)
    # Rounding of equal texts' vectors must not give a distance below 0.
    distances: Draws = 1 - ((total**2).sum(axis=1) - own) / (n * (n - 1))
    return distances.clip(min=0)


def chamfer_distance(among: Neighbours, chosen: Chosen) -> Draws:
    """Return the mean over texts of the distance to the nearest other: the higher, the wider.

    Cox et al. 2021, Directed Diversity, CHI; the same in the Python package `diversity`. It falls
    as a sample grows, so compare samples of one size.

    Args:
        among: the neighbours of each text in its own sample.
        chosen: of that sample.
    """
    return np.array([1 - _cosines(among, row, row, 1).mean(dtype=np.float64) for row in chosen])


def similarity_score(to_other: Neighbours, chosen: Chosen, other: Chosen, k: int) -> Draws:
    """Return the mean over texts of the mean cosine with the k nearest texts of another sample.

    Li et al. 2023, Synthetic Data Generation with Large Language Models for Text Classification,
    EMNLP, with real texts, k = 5 and synthetic texts as the other sample. It rises as the other
    sample grows, so compare other samples of one size.

    Args:
        to_other: the neighbours of each text in the other sample.
        chosen: of the sample.
        other: of the other sample, as many.
        k: where the other sample has fewer, all of it.
    """
    pairs = zip(chosen, other, strict=True)
    return np.array([_cosines(to_other, *pair, k).mean(dtype=np.float64) for pair in pairs])


def covered_share(
    to_other: Neighbours, among: Neighbours, chosen: Chosen, other: Chosen, k: int
) -> Draws:
    """Return the share of texts with a text of another sample nearer than their k-th own neighbour.

    Coverage of Naeem et al. 2020, Reliable Fidelity and Diversity Metrics for Generative Models,
    ICML, with the k-th of the other texts of the sample. For two samples of n texts from one
    source, about 1 - 2^-k is expected.

    Args:
        to_other: the neighbours of each text in the other sample.
        among: the neighbours of each text in its own sample.
        chosen: of the sample.
        other: of the other sample, as many.
        k: where the sample has fewer others, all of them.
    """
    return np.array(
        [
            covered(_cosines(to_other, row, column, 1), _cosines(among, row, row, k)).mean()
            for row, column in zip(chosen, other, strict=True)
        ]
    )


def covered(to_other: NDArray[np.float32], among: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which texts have a neighbour in the other sample, from falling cosines."""
    return np.asarray(to_other[:, 0] >= among[:, -1], dtype=np.bool_)


def vendi_score(vectors: Vectors, chosen: Chosen) -> Draws:
    """Return the effective number of different texts, in [1, n].

    exp of the entropy of the eigenvalues of K / n, K being the cosines of all pairs (Friedman and
    Dieng 2023, The Vendi Score, TMLR). K = X X' has the eigenvalues of X' X and zeros, so the
    smaller of the two is decomposed. It rises with n, so compare samples of one size.
    """

    def score(row: NDArray[np.bool_]) -> float:
        return float(np.exp(_entropy(_gram(vectors[row]) / row.sum())))

    return np.array(run_on_cores(score, list(chosen)))


def _gram(vectors: Vectors) -> NDArray[np.float64]:
    n, dimensions = vectors.shape
    if n <= dimensions:
        exact = vectors.astype(np.float64)
        return np.asarray(exact @ exact.T)
    total = np.zeros((dimensions, dimensions))
    for _, block in _blocks(vectors):
        total += block.T @ block
    return total


def _entropy(matrix: NDArray[np.float64]) -> float:
    shares = np.linalg.eigvalsh(matrix)
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum())


def _cosines(
    neighbours: Neighbours, chosen: NDArray[np.bool_], other: NDArray[np.bool_], k: int
) -> NDArray[np.float32]:
    """Return the k highest cosines of each chosen text with the other's chosen texts, falling."""
    listed = neighbours.place.shape[1]
    rank = np.cumsum(other[neighbours.place[chosen]], axis=1, dtype=np.int16)
    wanted = np.arange(1, min(k, listed) + 1, dtype=np.int16)
    reached = rank[:, np.newaxis, :] >= wanted[:, np.newaxis]
    places = np.where(reached[:, :, -1], reached.argmax(axis=2), listed - 1)
    return np.take_along_axis(neighbours.cosine[chosen], places, axis=1)


def _blocks(vectors: Vectors) -> Iterator[tuple[slice, NDArray[np.float64]]]:
    for start in range(0, len(vectors), BLOCK_ROWS):
        rows = slice(start, start + BLOCK_ROWS)
        yield rows, vectors[rows].astype(np.float64)
