"""Tables with a delimiter: CSV, TSV and the like."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthgap.floor import csv_rows
from synthgap.floor.errors import InputError
from synthgap.own import opening
from synthgap.own.request import Hints
from synthgap.own.table import Table, find

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

_SAMPLE = 2**16


def read(path: Path, wanted: Sequence[str], hints: Hints) -> Table:
    """Return the wanted columns, as strings.

    Raises:
        InputError: see `opening` and `csv_rows`; a column is missing or stands twice.
    """
    encoding = opening.find_encoding(path, hints.encoding)
    with opening.characters(path, encoding) as file:
        sample = file.read(_SAMPLE)
    delimiter = _delimiter(sample, wanted, hints.delimiter)
    with (
        opening.characters(path, encoding) as file,
        csv_rows.reading(file, delimiter, str(path)) as rows,
    ):
        header = [name.strip() for name in next(rows, [])]
        places = find(str(path), header, wanted)
        columns: list[list[Any]] = [[] for _ in wanted]
        pairs = list(zip(columns, places, strict=True))
        for row in rows:
            for column, place in pairs:
                column.append(row[place])
    about = f"{DELIMITERS.get(delimiter, repr(delimiter))}, {encoding.name} ({encoding.how})"
    return Table(str(path), about, dict(zip(wanted, columns, strict=True)))


def _delimiter(sample: str, wanted: Sequence[str], asked: str | None) -> str:
    """Return the delimiter that makes the wanted columns of the first line, else a guess."""
    if asked is not None:
        delimiter = {"tab": "\t", "\\t": "\t"}.get(asked, asked)
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise InputError(f"--delimiter: found {asked!r}, expected one character, or tab")
        return delimiter
    # The names are better evidence than frequencies, which commas in texts spoil.
    fitting = [one for one in DELIMITERS if set(wanted) <= set(_header(sample, one))]
    if len(fitting) == 1:
        return fitting[0]
    try:
        return csv.Sniffer().sniff(sample, delimiters="".join(DELIMITERS)).delimiter
    except csv.Error:
        return ","


def _header(sample: str, delimiter: str) -> list[str]:
    try:
        first = next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []
    return [name.strip() for name in first]
