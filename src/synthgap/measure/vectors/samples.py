"""Samples of one size from every source, so that numbers that depend on the size compare."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field

from synthgap.floor import seeds
from synthgap.floor.errors import InputError
from synthgap.floor.params import Section
from synthgap.floor.tables import Schema
from synthgap.measure.vectors.vectors import Vectors

log = logging.getLogger(__name__)

HELD_OUT = "held-out"
"""Human texts that no source has: the test table's. No source can be called so."""

LEAST = 4
"""Texts that anything can be said of: with two in each half, a half has distances."""

EMBEDDED = Schema(
    pa.schema(
        {
            "id": pa.string(),
            "text": pa.string(),
            "label": pa.string(),
            "embedding": pa.list_(pa.float32()),
        }
    )
)
"""A sample with the vectors of its texts."""


class Settings(Section):
    """The `embed` section of params.yaml."""

    per_label: int = Field(ge=LEAST)
    """Texts of each label and source at most."""
    seed: int = Field(ge=0)


class Sample(NamedTuple):
    """Texts of one source, as many of each label as every other sample of the task has."""

    ids: NDArray[np.object_]
    texts: NDArray[np.object_]
    labels: NDArray[np.object_]
    vectors: Vectors

    def of(self, label: str) -> "Sample":
        """Return the texts of one label."""
        rows = self.labels == label
        return Sample(self.ids[rows], self.texts[rows], self.labels[rows], self.vectors[rows])


def file(folder: Path, name: str) -> Path:
    """Return where `embed` keeps the sample of a source, and `diversity` finds it."""
    return folder / f"{name}.parquet"


def from_table(frame: pd.DataFrame) -> Sample:
    """Return the sample in an EMBEDDED table."""
    ids, texts, labels = (frame[name].to_numpy(object) for name in ("id", "text", "label"))
    return Sample(ids, texts, labels, np.stack(frame["embedding"].tolist()).astype(np.float32))


def draw_equal(
    frames: Mapping[str, pd.DataFrame], settings: Settings, task: str
) -> dict[str, pd.DataFrame]:
    """Return a sample of each table, all with the same number of texts of each label.

    That number is the smallest that a table has of the label, or `settings.per_label` if less. What
    is drawn depends on the table's own texts and name, and is in the order of the ids.

    Args:
        frames: TEXTS by the name of their source.
        settings: how many at most, and the seed.
        task: its name.

    Raises:
        InputError: too few texts of every label to say anything.
    """
    counts = pd.DataFrame({name: frame["label"].value_counts() for name, frame in frames.items()})
    wanted = counts.fillna(0).min(axis=1).clip(upper=settings.per_label).astype(int)
    if wanted.max() < LEAST:
        raise InputError(
            f"{task}: every label has a source with at most {wanted.max()} texts of it, "
            f"expected {LEAST} in all of {', '.join(frames)} for one label"
        )
    log.info("%s: texts of each source: %s", task, wanted.to_dict())
    return {
        name: _draw(frame.sort_values("id"), wanted.to_dict(), (settings.seed, task, name))
        for name, frame in frames.items()
    }


def _draw(
    frame: pd.DataFrame, wanted: Mapping[str, int], stream: tuple[int, str, str]
) -> pd.DataFrame:
    chosen: list[int] = []
    for label, rows in frame.groupby("label", sort=True).groups.items():
        places = seeds.rng(*stream, str(label)).permutation(len(rows))[: wanted[str(label)]]
        chosen += rows[places].tolist()
    return frame.loc[frame.index.isin(chosen)].reset_index(drop=True)
