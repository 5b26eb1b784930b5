"""Every table and every metric that is read or written, with its schema checked both ways.

Texts are JSON Lines, numbers are Parquet, metrics are JSON with sorted keys, plot data are CSV. All
are written beside their place and renamed, so that nothing is ever half-written. Frames hold
plain Python strings and never guess a type: id "007" stays, text "None" is a text.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from synthgap.floor.errors import InputError

MAX_LINE_BYTES = 4_000_000
"""A longer line of a JSON Lines file is taken for damage."""


class Schema(NamedTuple):
    """The columns of a table, all required and no others, with their Arrow types."""

    columns: pa.Schema
    may_be_empty: bool = False

    @property
    def names(self) -> list[str]:
        """The columns in order."""
        return list(self.columns.names)


def _schema(may_be_empty: bool = False, **columns: pa.DataType) -> Schema:
    return Schema(pa.schema(list(columns.items())), may_be_empty)


_STR, _INT, _STRS = pa.string(), pa.int64(), pa.list_(pa.string())

TEXTS = _schema(id=_STR, text=_STR, label=_STR)
TEXTS_OR_NONE = TEXTS._replace(may_be_empty=True)
DROPPED = _schema(may_be_empty=True, id=_STR, text=_STR, label=_STR, reason=_STR)
CORPUS = _schema(label=_STR, text=_STR)
PROVENANCE = _schema(
    id=_STR, model=_STR, prompt_sha256=_STR, reply=_INT, position=_INT, example_ids=_STRS
)
VOTES = _schema(may_be_empty=True, id=_STR, votes=_STRS, agreement=pa.float64())
_PROBABILITIES = pa.list_(pa.float32())
PREDICTIONS = _schema(
    id=_STR, split=_STR, seed=_INT, label=_STR, predicted=_STR, probabilities=_PROBABILITIES
)


def read_texts(path: Path, schema: Schema) -> pd.DataFrame:
    """Return a JSON Lines table.

    Raises:
        InputError: no such file, not UTF-8, a NUL byte, an over-long line, broken JSON, a missing,
            extra or wrongly typed column, an id twice, or no rows where some are needed.
    """
    rows = [_parse_line(line, path, number, schema) for number, line in _lines(path)]
    frame = pd.DataFrame(rows, columns=schema.names, dtype=object)
    _check(frame, schema, path)
    return frame


def write_texts(frame: pd.DataFrame, path: Path, schema: Schema) -> None:
    """Write a JSON Lines table, one object a row with the columns in the schema's order."""
    _check(frame, schema, path)
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as out:
        for row in frame[schema.names].itertuples(index=False, name=None):
            values = dict(zip(schema.names, row, strict=True))
            _check_row(values, f"{path}: id {values.get('id')!r}", schema)
            out.write(json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n")


def read_numbers(path: Path, schema: Schema) -> pd.DataFrame:
    """Return a Parquet table.

    Raises:
        InputError: no such file, not Parquet, other columns or types than the schema's, an id
            twice, or no rows where some are needed.
    """
    try:
        table = pq.read_table(path)
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file, expected a Parquet table") from error
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read as Parquet ({_one_line(error)})") from error
    if not table.schema.equals(schema.columns):
        found = ", ".join(f"{field.name} {field.type}" for field in table.schema)
        expected = ", ".join(f"{field.name} {field.type}" for field in schema.columns)
        raise InputError(f"{path}: columns are {found}, expected {expected}")
    _check_values(table, path)
    frame = table.to_pandas()
    _check(frame, schema, path)
    return frame


def write_numbers(frame: pd.DataFrame, path: Path, schema: Schema) -> None:
    """Write a Parquet table."""
    _check(frame, schema, path)
    columns = [pa.array(frame[f.name].tolist(), type=f.type) for f in schema.columns]
    table = pa.Table.from_arrays(columns, schema=schema.columns)
    _check_values(table, path)
    with replacing(path) as beside:
        pq.write_table(table, beside)


def read_metrics(path: Path) -> dict[str, Any]:
    """Return a JSON object of metrics.

    Raises:
        InputError: no such file, or not a JSON object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not valid JSON ({_one_line(error)})") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: found {type(value).__name__}, expected an object")
    return value


def write_metrics(metrics: Mapping[str, Any], path: Path) -> None:
    """Write a JSON object with sorted keys, so that its diff is the news."""
    text = json.dumps(metrics, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    write_plain(text + "\n", path)


def write_csv(rows: Iterable[Sequence[Any]], columns: Sequence[str], path: Path) -> None:
    """Write plot data: a header and rows, floats in full."""
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([columns, *rows])


def write_plain(text: str, path: Path) -> None:
    """Write a text file."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file that is no text, such as a picture."""
    with replacing(path) as beside:
        beside.write_bytes(content)


def check_labels(frame: pd.DataFrame, labels: Sequence[str], path: Path) -> None:
    """Check that each row's label is one of the task's.

    Raises:
        InputError: it is not; the message has the first such row's id.
    """
    strange = frame[~frame["label"].isin(labels)]
    if len(strange):
        first = strange.iloc[0]
        name = f"id {first['id']!r}" if "id" in frame else f"row {strange.index[0] + 1}"
        raise InputError(
            f"{path}: {name} has the label {first['label']!r}, expected one of {list(labels)}"
        )


def _check_values(table: pa.Table, path: Path) -> None:
    try:
        table.validate(full=True)
    except pa.ArrowException as error:
        raise InputError(f"{path}: damaged ({_one_line(error)})") from error
    for name in table.column_names:
        column = table[name]
        flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
        not_a_number = pa.types.is_floating(flat.type) and pc.any(pc.is_nan(flat)).as_py()
        if column.null_count or flat.null_count or not_a_number:
            raise InputError(f"{path}: {name} has a missing value, expected none")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if len(line) > MAX_LINE_BYTES:
                    raise InputError(
                        f"{path}, line {number}: {len(line)} bytes, expected at most "
                        f"{MAX_LINE_BYTES}"
                    )
                if line.strip():
                    yield number, line
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _parse_line(line: bytes, path: Path, number: int, schema: Schema) -> dict[str, Any]:
    place = f"{path}, line {number}"
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{place}: not UTF-8 at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: not valid JSON ({_one_line(error)})") from error
    if not isinstance(row, dict):
        raise InputError(f"{place}: found {type(row).__name__}, expected an object")
    if set(row) != set(schema.names):
        raise InputError(f"{place}: columns are {sorted(row)}, expected {sorted(schema.names)}")
    _check_row(row, place, schema)
    return row


def _check_row(row: Mapping[str, Any], place: str, schema: Schema) -> None:
    for field in schema.columns:
        kind = {_STR: str, _INT: int, _STRS: list}[field.type]
        if type(row[field.name]) is not kind:
            found = type(row[field.name]).__name__
            raise InputError(f"{place}: {field.name} is {found}, expected {kind.__name__}")
        if kind is str and re.search("[\0\ud800-\udfff]", row[field.name]):
            raise InputError(f"{place}: {field.name} has a NUL character or half a surrogate pair")


def _check(frame: pd.DataFrame, schema: Schema, path: Path) -> None:
    if list(frame.columns) != schema.names:
        raise InputError(f"{path}: columns are {list(frame.columns)}, expected {schema.names}")
    if frame.empty and not schema.may_be_empty:
        raise InputError(f"{path}: no rows, expected at least one")
    keys = ["id", "split", "seed"] if "seed" in frame else ["id"]
    if "id" in frame and frame.duplicated(keys).any():
        first = frame.loc[frame.duplicated(keys), "id"].iloc[0]
        raise InputError(f"{path}: id {first!r} stands twice")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a path beside the file to write to, which takes the file's place if nothing fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
