"""Plot data, read again as the stages wrote them."""

import csv
from pathlib import Path
from typing import NamedTuple, TypeVar, get_type_hints

from synthgap.floor.errors import InputError


class CurvePoint(NamedTuple):
    """A threshold of an agreement curve."""

    task: str
    source: str
    model: str
    threshold: float
    """Of the agreement: texts with at least so much."""
    accuracy: float
    low: float
    high: float
    n: int
    """Texts."""


class BinPoint(NamedTuple):
    """A bin of agreement."""

    task: str
    source: str
    model: str
    start: float
    end: float
    """Equal to the start in the bin of unanimous texts."""
    accuracy: float
    low: float
    high: float
    n: int
    """Texts."""


class Taken(NamedTuple):
    """How many test texts of a label were taken for a label, over all seeds."""

    actual: str
    predicted: str
    texts: int


class MapPoint(NamedTuple):
    """A text on the map of a task's texts."""

    task: str
    source: str
    label: str
    x: float
    y: float


Row = TypeVar("Row", CurvePoint, BinPoint, Taken, MapPoint)


def read(path: Path, kind: type[Row]) -> list[Row]:
    """Return the rows of a CSV file that has exactly the columns of `kind`; there may be none.

    Raises:
        InputError: no such file, not UTF-8, broken CSV, other columns, or a value of another type.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file, strict=True)) or [[]]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason})") from error
    except csv.Error as error:
        raise InputError(f"{path}: not valid CSV ({error})") from error
    if header != list(kind._fields):
        raise InputError(f"{path}: columns are {header}, expected {list(kind._fields)}")
    types = [get_type_hints(kind)[name] for name in kind._fields]
    return [_parse(row, kind, types, f"{path}, row {i}") for i, row in enumerate(rows, start=1)]


def _parse(row: list[str], kind: type[Row], types: list[type], place: str) -> Row:
    if len(row) != len(types):
        raise InputError(f"{place}: {len(row)} fields, expected {len(types)}")
    try:
        values = [to(value) for to, value in zip(types, row, strict=True)]
    except ValueError as error:
        raise InputError(f"{place}: {error}") from error
    return kind(*values)
