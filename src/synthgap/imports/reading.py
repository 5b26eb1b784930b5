"""Files of texts and labels as other people keep them.

Nothing guesses a type: a label that a CSV file spells `1`, `no` or `NA` stays that string. In
JSON and Parquet, where a label may be a number or a truth value, it is spelled as Python would.
"""

import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from synthgap.floor import csv_rows
from synthgap.floor.errors import InputError


class Row(NamedTuple):
    """A row as it stands in the file."""

    text: str | None
    label: str | None


def read(path: Path, text: str, label: str) -> list[Row]:
    """Return the rows of a file, in its order.

    Args:
        path: its ending says what it is: .csv, .tsv, .jsonl, .ndjson or .parquet.
        text: the column of the texts, strings.
        label: the column of the labels.

    Raises:
        InputError: another ending, no such file, not UTF-8, damaged, a column is not there or
            twice, a text is no string, or there are no rows; for CSV and TSV see also `csv_rows`.
    """
    readers: dict[str, Callable[[Path, str, str], Iterator[Row]]] = {
        ".csv": partial(_separated, separator=","),
        ".tsv": partial(_separated, separator="\t"),
        ".jsonl": _json_lines,
        ".ndjson": _json_lines,
        ".parquet": _parquet,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        expected = ", ".join(readers)
        raise InputError(f"{path}: found the ending {path.suffix!r}, expected one of {expected}")
    try:
        rows = list(reader(path, text, label))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
    if not rows:
        raise InputError(f"{path}: no rows, expected at least one")
    return rows


def _separated(path: Path, text: str, label: str, separator: str) -> Iterator[Row]:
    lines = io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
    with csv_rows.reading(lines, separator, str(path)) as rows:
        header = next(rows, None)
        if header is None:
            return
        places = [_place(path, header, name) for name in (text, label)]
        for row in rows:
            yield Row(*(row[place] for place in places))


def _json_lines(path: Path, text: str, label: str) -> Iterator[Row]:
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{place}: not valid JSON ({error})") from error
        if not isinstance(row, dict):
            raise InputError(f"{place}: found {type(row).__name__}, expected an object")
        for name in (text, label):
            _place(Path(place), list(row), name)
        yield Row(_text(row[text], place), _label(row[label]))


def _parquet(path: Path, text: str, label: str) -> Iterator[Row]:
    try:
        file = pq.ParquetFile(path)
        for name in (text, label):
            _place(path, file.schema_arrow.names, name)
        table = file.read(columns=[text, label])
    except (pa.ArrowException, OSError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise InputError(f"{path}: cannot be read as Parquet ({reason})") from error
    rows = zip(table[text].to_pylist(), table[label].to_pylist(), strict=True)
    for number, (found, name) in enumerate(rows, start=1):
        yield Row(_text(found, f"{path}, row {number}"), _label(name))


def _place(path: Path, columns: list[Any], name: str) -> int:
    if columns.count(name) != 1:
        wrong = f"the column {name!r} twice" if name in columns else f"no column {name!r}"
        raise InputError(f"{path}: {wrong}, found {columns}")
    return columns.index(name)


def _text(value: Any, place: str) -> str | None:  # noqa: ANN401
    if value is not None and not isinstance(value, str):
        raise InputError(f"{place}: the text is {type(value).__name__}, expected a string")
    return value


def _label(value: Any) -> str | None:  # noqa: ANN401
    return None if value is None else str(value)
