"""A task's own file: a table in data/own, as `synthgap add-task` writes it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from synthgap.fetch.origin import Columns, Place
from synthgap.floor import tables
from synthgap.floor.errors import InputError

FOLDER = Path("data/own")
"""Where own files are; a dep of the stage that reads them."""

TABLE = tables.Schema(
    pa.schema(
        [(name, pa.string()) for name in ("id", "split", "text", "label")]
        + [("votes", pa.list_(pa.string()))]
    )
)
"""`label` is empty where a text has none, `votes` where there are none."""


class Own:
    """One file, read once."""

    revision: str | None = None

    def __init__(self, file: Path) -> None:
        if not file.is_file():
            raise InputError(
                f"{file}: no such file, expected the table that `synthgap add-task` wrote; "
                "`dvc pull` brings it where it was pushed"
            )
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        self.digests: dict[str, str] = {file.name: digest}
        self._file = file
        self._table = tables.read_texts(file, TABLE)

    def absence(self, place: Place) -> str | None:
        """Return why a further table is not there: a file is only one."""
        return "an own file is one table"

    def load(self, place: Place, splits: Sequence[str], columns: Sequence[str]) -> list[Columns]:
        """Return the columns of each split; a label that is empty comes as None.

        Raises:
            InputError: a split has no rows, there is no such column, or a vote is no string.
        """
        for name in columns:
            if name not in TABLE.names:
                raise InputError(f"{self._file}: no column {name!r}, found {TABLE.names}")
        return [self._split(split, columns) for split in splits]

    def _split(self, split: str, columns: Sequence[str]) -> Columns:
        rows = self._table[self._table["split"] == split]
        if rows.empty:
            found = sorted(set(self._table["split"]))
            raise InputError(f"{self._file}: no rows of the split {split!r}, found {found}")
        for id_, votes in zip(rows["id"], rows["votes"], strict=True):
            if not all(isinstance(vote, str) for vote in votes):
                raise InputError(f"{self._file}: id {id_!r}: votes are {votes!r}, expected strings")
        labels = [label or None for label in rows["label"]]
        return {name: labels if name == "label" else list(rows[name]) for name in columns}
