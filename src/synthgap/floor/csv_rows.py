"""Rows of a table with a delimiter, read strictly: what cannot be right is refused, not mended."""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from synthgap.floor.errors import InputError

MAX_FIELD = 4_000_000
"""Characters; a longer one is taken for an unbalanced quote."""

_LINE_END = re.compile(r"\r\n|\r|\n")


@contextmanager
def reading(lines: Iterable[str], delimiter: str, name: str) -> Iterator[Iterator[list[str]]]:
    """Give the header and then the rows, without blank lines.

    Args:
        lines: of the table, with the line ends that they have.
        delimiter: between fields.
        name: of the table, for messages.

    Raises:
        InputError: quotes are unbalanced, a row has more or fewer fields than the header, or a
            field between quotes is several rows in truth.
    """
    before = csv.field_size_limit(MAX_FIELD)
    try:
        yield _checked(csv.reader(lines, delimiter=delimiter, strict=True), delimiter, name)
    finally:
        csv.field_size_limit(before)


def _checked(reader: Any, delimiter: str, name: str) -> Iterator[list[str]]:  # noqa: ANN401
    rows = _rows(reader, name)
    header = next(rows, None)
    if header is None:
        return
    yield header
    for number, row in enumerate(rows, start=1):
        _check(row, len(header), delimiter, f"{name}, row {number}")
        yield row


def _rows(reader: Any, name: str) -> Iterator[list[str]]:  # noqa: ANN401
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = f"row {number}" if number else "header"
            raise InputError(
                f"{name}, {what}, from line {line} on: not valid CSV ({error}), expected quotes in "
                'pairs, and a quote within quotes as ""'
            ) from error
        if row:
            number += 1
            yield row


def _check(row: list[str], n_fields: int, delimiter: str, place: str) -> None:
    if len(row) != n_fields:
        raise InputError(
            f"{place}: found {len(row)} fields, expected {n_fields} as in the header; a field with "
            "the delimiter in it must stand in quotes"
        )
    # A text that begins with a quote as a character reaches to the next quote, over whole rows.
    # Only tabs give that away: in texts they are rare, and so many of them are no accident.
    for field in row if delimiter == "\t" else ():
        tabs, ends = field.count("\t"), len(_LINE_END.findall(field)) if "\t" in field else 0
        if ends and tabs == ends * (n_fields - 1):
            raise InputError(
                f"{place}: found {ends + 1} rows in one field, from one quote to another, expected "
                'a text that begins with a quote to stand in quotes, and its own quotes as ""'
            )
