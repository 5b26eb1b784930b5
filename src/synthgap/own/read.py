"""A file of any of the formats, or a dataset of the hub."""

import re
from collections.abc import Sequence
from pathlib import Path

from synthgap.floor.errors import InputError
from synthgap.own import delimited, formats, opening
from synthgap.own.request import Hints
from synthgap.own.table import Table

HUB_ID = re.compile(r"(?P<id>[\w.-]+/[\w.-]+)(?::(?P<config>[\w.-]+))?")
"""`owner/name`, or `owner/name:config`."""

_JSON = (".json", ".jsonl", ".ndjson")
_DELIMITED = (".csv", ".tsv", ".tab", ".txt")
_SUFFIXES = (*_JSON, *_DELIMITED, ".parquet", ".xlsx", ".gz")

SPLITS = ("train", "test")
"""Of a hub's dataset: the first is needed, others are taken if they are there."""


def read(what: str, wanted: Sequence[str], hints: Hints, splits: Sequence[str] = SPLITS) -> Table:
    """Return the wanted columns of a file or, if there is no such file, of a hub's dataset.

    Args:
        what: a path, `owner/name` or `owner/name:config`.
        wanted: the names of the columns.
        hints: of the file.
        splits: of a hub's dataset.

    Raises:
        InputError: there is neither, or it is not what it must be.
    """
    path = Path(what)
    if not path.exists() and not path.is_symlink() and (found := HUB_ID.fullmatch(what)):
        _check_is_id(found["id"])
        return _hub(found["id"], found["config"], wanted, splits)
    kind = opening.kind(path)
    if kind == "Parquet":
        return formats.parquet(path, wanted)
    if kind == "Excel":
        return formats.excel(path, wanted)
    if kind != "text":
        raise InputError(
            f"{path}: found a file of the kind {kind}, expected CSV, TSV, JSON Lines, Parquet or "
            "Excel (.xlsx), as it is or packed with gzip"
        )
    suffix = Path(path.stem if path.suffix == ".gz" else path.name).suffix
    if suffix in _DELIMITED or (suffix not in _JSON and formats.first(path, hints) != "{"):
        return delimited.read(path, wanted, hints)
    return formats.json_lines(path, wanted, hints)


def _check_is_id(name: str) -> None:
    """Check that a name is no misspelt path: those may be private, so the hub is not asked."""
    suffix, folder = Path(name).suffix.lower(), name.partition("/")[0]
    if suffix in _SUFFIXES:
        raise InputError(f"{name}: no such file, expected one, as the name ends in {suffix}")
    if Path(folder).is_dir():
        raise InputError(f"{name}: no such file, expected one, as there is a folder {folder!r}")


def _hub(name: str, config: str | None, wanted: Sequence[str], splits: Sequence[str]) -> Table:
    from synthgap.fetch import hub, library
    from synthgap.fetch.origin import Place

    try:
        with library.reading(name) as datasets:
            names = datasets.get_dataset_split_names(name, config)
    except InputError as error:
        reason = str(error).partition("(")[2].removesuffix(")")
        raise InputError(
            f"{name}: no such file, and the hub's dataset of this name cannot be read "
            f"({reason[:200]}), expected either"
        ) from error
    if splits[0] not in names:
        found = ", ".join(names)
        raise InputError(
            f"the hub's {name}: found the splits {found}, expected {splits[0]} among them"
        )
    there = [split for split in splits if split in names]
    with hub.opened() as origin:
        tables = origin.load(Place(name, None, config), there, list(wanted))
        about = f"the hub's {name}, commit {origin.revision}"
    columns = {column: [v for table in tables for v in table[column]] for column in wanted}
    sizes = [len(table[wanted[0]]) for table in tables]
    of = [split for split, size in zip(there, sizes, strict=True) for _ in range(size)]
    return Table(name, about, columns, of)
