"""A map of a task's texts: their vectors, on the plane in which they differ most."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from sklearn.decomposition import PCA

from synthgap.floor import seeds
from synthgap.measure.diversity.cores import run_on_cores
from synthgap.measure.diversity.settings import Settings
from synthgap.measure.vectors.samples import HELD_OUT, Sample

MAP = ("task", "source", "label", "x", "y")
"""Columns of the map's plot data: no texts."""


class Map(NamedTuple):
    """Plot data and what they leave out."""

    rows: list[tuple[Any, ...]]
    """MAP."""
    shares: list[float]
    """Of the variance, along x and y."""


def draw_map(task: str, samples: Mapping[str, Sample], settings: Settings) -> Map:
    """Return `settings.mapped` texts of each source on the first two principal components of all.

    Principal components are linear and the same in every run: what is apart on the map is apart,
    and no clusters are made up. Much is left out, and the shares say how much is not.
    """
    shown = {name: sample for name, sample in samples.items() if name != HELD_OUT}
    vectors = np.concatenate([sample.vectors for sample in shown.values()], dtype=np.float64)
    (analysis,) = run_on_cores(PCA(n_components=2, svd_solver="covariance_eigh").fit, [vectors])
    rows: list[tuple[Any, ...]] = []
    for name, sample in shown.items():
        order = seeds.rng(settings.seed, task, name, "map").permutation(len(sample.texts))
        places = np.sort(order[: settings.mapped])
        # Single precision: all the digits that the vectors have, and a shorter file.
        points = analysis.transform(sample.vectors[places]).astype(np.float32)
        rows += [
            (task, name, sample.labels[i], *point) for i, point in zip(places, points, strict=True)
        ]
    return Map(rows, analysis.explained_variance_ratio_.tolist())
