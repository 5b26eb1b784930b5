"""Pairs of a synthetic and a real text, as `diversity` lists them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from synthgap.floor import tables
from synthgap.tell.page.samples import CHARACTERS
from synthgap.tell.page.visible import shorten, visible

# Also in measure/pairs.py, which would bring its clustering along; tests compare.
PAIRS = tables.Schema(
    pa.schema(
        [
            *((name, pa.string()) for name in ("source", "kind")),
            *((name, pa.int64()) for name in ("rank", "texts")),
            ("similarity", pa.float64()),
            *((f"synthetic_{name}", pa.string()) for name in ("id", "label", "text")),
            *((f"real_{name}", pa.string()) for name in ("id", "label", "text")),
        ]
    ),
    may_be_empty=True,
)

KINDS = {
    "nearest": "synthetic texts nearest to a real one",
    "farthest": "synthetic texts farthest from any real one",
    "uncovered": "real texts that no synthetic one comes near",
}
SHOWN = 3
"""Pairs of a source and kind."""


class Pair(NamedTuple):
    """A synthetic and a real text, as they are shown."""

    source: str
    kind: str
    similarity: float
    """Their cosine."""
    synthetic_label: str
    synthetic: str
    real_label: str
    real: str


def read(path: Path, sources: Sequence[str]) -> list[Pair]:
    """Return the first pairs of each of these sources and kind.

    Raises:
        InputError: the table is missing or broken.
    """
    table = tables.read_numbers(path, PAIRS).sort_values("rank", kind="stable")
    shown = []
    for source in sources:
        for kind in KINDS:
            rows = table[(table["source"] == source) & (table["kind"] == kind)]
            for row in rows.head(SHOWN).to_dict("records"):
                texts = [
                    visible(shorten(str(row[name]), CHARACTERS))
                    for name in ("synthetic_text", "real_text")
                ]
                labels = (str(row["synthetic_label"]), str(row["real_label"]))
                similarity = float(row["similarity"])
                shown.append(
                    Pair(source, kind, similarity, labels[0], texts[0], labels[1], texts[1])
                )
    return shown
