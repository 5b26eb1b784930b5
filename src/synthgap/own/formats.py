"""JSON Lines, Parquet and Excel."""

import json
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthgap.floor.errors import InputError
from synthgap.own import opening
from synthgap.own.request import Hints
from synthgap.own.table import Table, find

MAX_LINE = 8_000_000
"""Characters of a line of JSON."""


def json_lines(path: Path, wanted: Sequence[str], hints: Hints) -> Table:
    """Return the wanted keys of the objects, one a line.

    Raises:
        InputError: see `opening`; a line is no JSON object, has a key twice or lacks one.
    """
    encoding = opening.find_encoding(path, hints.encoding)
    columns: dict[str, list[Any]] = {name: [] for name in wanted}
    with opening.characters(path, encoding) as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), ""), start=1):
            if line.isspace():
                continue
            row = _object(line, f"{path}, line {number}")
            for name, column in columns.items():
                if name not in row:
                    find(f"{path}, line {number}", list(row), [name])
                column.append(row[name])
    return Table(str(path), f"JSON Lines, {encoding.name} ({encoding.how})", columns)


def parquet(path: Path, wanted: Sequence[str]) -> Table:
    """Return the wanted columns of a Parquet file.

    Raises:
        InputError: it cannot be read, or a column is missing or stands twice.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {name: [] for name in wanted}
    try:
        with opening.reading(path), pq.ParquetFile(path) as file:
            find(str(path), list(file.schema_arrow.names), wanted)
            for batch in file.iter_batches(columns=list(wanted)):
                for name, column in columns.items():
                    column += batch.column(name).to_pylist()
    except (pa.ArrowException, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path}: cannot be read as Parquet ({reason}), expected a whole file"
        ) from error
    return Table(str(path), "Parquet", columns)


def excel(path: Path, wanted: Sequence[str]) -> Table:
    """Return the wanted columns of the sheet that was last shown, numbers in texts as strings.

    Raises:
        InputError: `openpyxl` is not installed, the file cannot be read, it has no sheet of cells,
            or a column is missing or stands twice.
    """
    try:
        import openpyxl  # type: ignore[import-untyped]
    except ImportError as error:
        raise InputError(
            f"{path}: found an Excel file, for which openpyxl is needed: pip install openpyxl; "
            "expected it, or the sheet saved as CSV"
        ) from error
    damage = (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError)
    try:
        with (
            opening.reading(path),
            path.open("rb") as file,
            warnings.catch_warnings(action="ignore"),
        ):
            # By its content: the library refuses a file by an unusual name.
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheet = _sheet(book, path)
            # What the file says of its size may be wrong, and cells beyond that were not read.
            sheet.reset_dimensions()
            rows: list[tuple[Any, ...]] = list(sheet.iter_rows(values_only=True))
            book.close()
    except InputError:
        raise
    except damage as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: cannot be read as Excel ({reason}), expected .xlsx") from error
    header = ["" if name is None else str(name).strip() for name in rows[0]] if rows else []
    places = find(f"{path}, sheet {sheet.title!r}", header, wanted)
    rows = [row for row in rows[1:] if any(cell is not None for cell in row)]
    columns = {
        name: [_cell(row[place]) if place < len(row) else None for row in rows]
        for name, place in zip(wanted, places, strict=True)
    }
    return Table(str(path), f"Excel, sheet {sheet.title!r}", columns)


def _sheet(book: Any, path: Path) -> Any:  # noqa: ANN401
    """Return the sheet that was last shown, or the first one if that is a chart."""
    if not book.worksheets:
        raise InputError(f"{path}: found no sheet of cells, expected one with a table")
    return book.active if book.active in book.worksheets else book.worksheets[0]


def _cell(value: Any) -> Any:  # noqa: ANN401
    """Return a number as it is shown: Excel makes one of a text such as 2024."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else value


def _object(line: str, place: str) -> dict[str, Any]:
    if len(line) >= MAX_LINE:
        raise InputError(f"{place}: found over {MAX_LINE:,} characters, expected JSON Lines")
    try:
        row = json.loads(line, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not valid JSON ({error}), expected an object a line") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: found {type(row).__name__}, expected an object a line")
    return row


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return row


def first(path: Path, hints: Hints) -> str:
    """Return the first character of a text that is no white space."""
    encoding = opening.find_encoding(path, hints.encoding)
    with opening.characters(path, encoding) as file:
        return file.read(4096).lstrip()[:1]
