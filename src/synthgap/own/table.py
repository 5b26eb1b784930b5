"""The columns of a file that matter, as its format has their values."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from synthgap.floor.errors import InputError


class Table(NamedTuple):
    """Columns by name, all of the same length."""

    name: str
    """The file or hub id, as errors name it."""
    about: str
    """What was found out of its format."""
    columns: dict[str, list[Any]]
    splits: list[str] | None = None
    """Of each row, where the format itself has splits."""


def find(name: str, header: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Return where in the header the wanted columns are.

    Raises:
        InputError: one is missing or stands there twice.
    """
    places = []
    for column in wanted:
        count = header.count(column)
        if count > 1:
            raise InputError(f"{name}: found the column {column!r} {count} times, expected once")
        if not count:
            found = ", ".join(repr(short(one)) for one in header[:12])
            raise InputError(
                f"{name}: no column {column!r}, found {found or 'none'}; expected a first line "
                "with the names of the columns, or another name"
            )
        places.append(header.index(column))
    return places


def short(text: str, most: int = 30) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= most else f"{text[:most]}..."
