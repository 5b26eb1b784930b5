"""Which texts to look at: the nearest, the farthest, and what no synthetic text comes near."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from synthgap.floor import seeds
from synthgap.floor.plan import REAL
from synthgap.floor.tables import Schema
from synthgap.measure.diversity import measures as diversity
from synthgap.measure.diversity.cores import run_on_cores
from synthgap.measure.diversity.nearest import Neighbours, nearest, nearest_others
from synthgap.measure.diversity.settings import Settings
from synthgap.measure.vectors.samples import HELD_OUT, Sample
from synthgap.measure.vectors.vectors import Vectors

PAIRS = Schema(
    pa.schema(
        {
            "source": pa.string(),
            "kind": pa.string(),
            "rank": pa.int64(),
            "texts": pa.int64(),
            "similarity": pa.float64(),
            "synthetic_id": pa.string(),
            "synthetic_label": pa.string(),
            "synthetic_text": pa.string(),
            "real_id": pa.string(),
            "real_label": pa.string(),
            "real_text": pa.string(),
        }
    ),
    may_be_empty=True,
)
"""Pairs of a synthetic and a real text. They are other people's texts: for DVC's cache, not git.

kind is `nearest` (synthetic texts with the real text nearest to each, nearest first), `farthest`
(likewise, farthest first) or `uncovered` (a real text in the middle of a region that the source
does not cover, largest region first, with the synthetic text nearest to it). texts is the number of
real texts in that region, otherwise 1. similarity is the cosine of the two.
"""


class Pair(NamedTuple):
    """Two texts, by their places in their samples, and why they are shown."""

    kind: str
    rank: int
    texts: int
    synthetic: int
    real: int
    similarity: float


def find_pairs(task: str, samples: Mapping[str, Sample], settings: Settings) -> pd.DataFrame:
    """Return PAIRS for every synthetic source, without rows where no real texts are in the plan."""
    rows: list[tuple[object, ...]] = []
    for name in [name for name in samples if name not in (REAL, HELD_OUT)]:
        if REAL in samples:
            real, source = samples[REAL], samples[name]
            rng = seeds.rng(settings.seed, task, name, "regions")
            pairs = [*_extremes(real, source, settings.listed), *_gaps(real, source, settings, rng)]
            rows += [_row(name, pair, real, source) for pair in pairs]
    return pd.DataFrame(rows, columns=PAIRS.names, dtype=object)


def _extremes(real: Sample, source: Sample, listed: int) -> Iterator[Pair]:
    to_real = nearest(source.vectors, real.vectors, 1)
    order = np.argsort(-to_real.cosine[:, 0], kind="stable")
    for kind, places in (("nearest", order), ("farthest", order[::-1])):
        for rank, place in enumerate(places[:listed].tolist(), start=1):
            yield Pair(kind, rank, 1, place, *_first(to_real, place))


def _gaps(
    real: Sample, source: Sample, settings: Settings, rng: np.random.Generator
) -> Iterator[Pair]:
    to_source = nearest(real.vectors, source.vectors, 1)
    among = nearest_others(real.vectors, settings.neighbours)
    (bare,) = np.nonzero(~diversity.covered(to_source.cosine, among.cosine))
    regions = [bare[rows] for rows in _regions(real.vectors[bare], settings.listed, rng)]
    for rank, region in enumerate(sorted(regions, key=len, reverse=True), start=1):
        vectors = real.vectors[region]
        middle = int(region[(vectors @ vectors.sum(axis=0)).argmax()])
        synthetic, similarity = _first(to_source, middle)
        yield Pair("uncovered", rank, len(region), synthetic, middle, similarity)


def _regions(vectors: Vectors, n: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Return the rows of each of at most n groups of near vectors."""
    if len(np.unique(vectors, axis=0)) <= n:
        _, regions = np.unique(vectors, axis=0, return_inverse=True)
        return [np.flatnonzero(regions == region) for region in np.unique(regions)]
    groups = KMeans(n, n_init=4, random_state=int(rng.integers(2**32)))
    (labels,) = run_on_cores(groups.fit_predict, [vectors])
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _first(neighbours: Neighbours, place: int) -> tuple[int, float]:
    return int(neighbours.place[place, 0]), float(neighbours.cosine[place, 0])


def _row(name: str, pair: Pair, real: Sample, source: Sample) -> tuple[object, ...]:
    texts = [
        column[place]
        for sample, place in ((source, pair.synthetic), (real, pair.real))
        for column in (sample.ids, sample.labels, sample.texts)
    ]
    return (name, pair.kind, pair.rank, pair.texts, pair.similarity, *texts)
