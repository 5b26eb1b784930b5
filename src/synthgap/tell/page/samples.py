"""A few of a task's texts, and of those that were dropped, with the reasons."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from synthgap.floor import tables
from synthgap.tell.page.visible import shorten, visible

PER_LABEL = 5
DROPPED = 5
CHARACTERS = 300


class Sample(NamedTuple):
    """A text, as it is shown."""

    id: str
    text: str
    """Its first `CHARACTERS`, with what is invisible marked."""
    label: str
    length: int
    """Characters of the whole text."""
    reason: str | None = None
    """Why it was dropped."""

    @property
    def is_cut(self) -> bool:
        """Whether there is more of it."""
        return self.length > CHARACTERS


class SourceTexts(NamedTuple):
    """What is shown of a source's texts, out of how many."""

    source: str
    n_kept: int
    kept: list[Sample]
    """At most `PER_LABEL` of each label, by label."""
    reasons: list[tuple[str, int]]
    """How many texts were dropped for what, the most frequent first."""
    dropped: list[Sample]
    """At most `DROPPED`, of different reasons if there are several."""


def read(source: str, train: Path, dropped: Path) -> SourceTexts:
    """Return texts of a training table and of the table of what was dropped from it.

    Texts are evenly spread over their table: the choice depends on nothing else.

    Raises:
        InputError: a table is missing or broken.
    """
    kept = tables.read_texts(train, tables.TEXTS)
    lost = tables.read_texts(dropped, tables.DROPPED)
    reasons = sorted(Counter(lost["reason"]).items(), key=lambda each: (-each[1], each[0]))
    return SourceTexts(
        source=source,
        n_kept=len(kept),
        kept=[
            sample
            for _, rows in sorted(kept.groupby("label"))
            for sample in _samples(_spread(rows, PER_LABEL))
        ],
        reasons=reasons,
        dropped=list(_samples(_by_reason(lost, [reason for reason, _ in reasons]))),
    )


def _spread(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    count = min(most, len(rows))
    return rows.iloc[[i * len(rows) // count for i in range(count)]]


def _by_reason(lost: pd.DataFrame, reasons: Sequence[str]) -> pd.DataFrame:
    """Return dropped texts of the most frequent reasons, as many of each as there is room for."""
    shown = reasons[:DROPPED]
    parts = [
        _spread(lost[lost["reason"] == reason], DROPPED // len(shown) + (i < DROPPED % len(shown)))
        for i, reason in enumerate(shown)
    ]
    return pd.concat(parts) if parts else lost


def _samples(rows: pd.DataFrame) -> Iterator[Sample]:
    for row in rows.to_dict("records"):
        text = str(row["text"])
        yield Sample(
            id=str(row["id"]),
            text=visible(shorten(text, CHARACTERS)),
            label=str(row["label"]),
            length=len(text),
            reason=row.get("reason"),
        )
