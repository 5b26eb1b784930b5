"""Rows: texts, labels, splits and votes as strings, from the values that a format has."""

import json
import math
import re
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.own.request import Columns
from synthgap.own.table import Table, short

MAX_LABEL = 100
"""Characters."""

TRAIN, TEST = "train", "test"

_BAD_TEXT = re.compile("[\0\ud800-\udfff]")
_BAD_LABEL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MUCH = tables.MAX_LINE_BYTES // 8


class Rows(NamedTuple):
    """One entry a row in each; an empty label is none."""

    texts: list[str]
    labels: list[str]
    splits: list[str]
    votes: list[list[str]]

    def ids(self) -> list[str]:
        """Return the ids that the texts have in the study: split and number in it."""
        numbers = {TRAIN: 0, TEST: 0}
        ids = []
        for split in self.splits:
            ids.append(f"{split}-{numbers.setdefault(split, 0)}")
            numbers[split] += 1
        return ids


def of_table(table: Table, columns: Columns, split: str) -> Rows:
    """Return the rows of a table, without votes.

    Args:
        table: what was read.
        columns: the names of its columns.
        split: what all rows belong to where the table does not say it.

    Raises:
        InputError: no rows, a value is no text or no label, or a split has another name.
    """
    raw = table.columns[columns.text]
    if not raw:
        raise InputError(f"{table.name}: found no rows, expected labelled texts")
    texts = [_text(value, table.name, i) for i, value in enumerate(raw, start=1)]
    if not any(text and not text.isspace() for text in texts):
        raise InputError(
            f"{table.name}: the column {columns.text!r} is empty in all rows, expected texts"
        )
    labels = as_labels(table.columns[columns.label], table.name)
    splits = table.splits or [split] * len(texts)
    if columns.split is not None:
        splits = _splits(as_labels(table.columns[columns.split], table.name), table, columns.split)
    return Rows(texts, labels, splits, [[] for _ in texts])


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts."""
    texts, labels, splits, votes = (list(chain(*lists)) for lists in zip(*parts, strict=True))
    return Rows(texts, labels, splits, votes)


def as_labels(values: Sequence[Any], place: str) -> list[str]:
    """Return labels as strings without white space at the ends, "" for none.

    Raises:
        InputError: a value is a list or a date, or a name is long or has a line break.
    """
    known: dict[str, str] = {}
    labels = []
    for number, value in enumerate(values, start=1):
        name = value if type(value) is str else _name(value, place, number)
        if name not in known:
            known[name] = _checked(name.strip(), place, number)
        labels.append(known[name])
    return labels


def _name(value: Any, place: str, number: int) -> str:  # noqa: ANN401
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # tables with gaps turn whole numbers into these
    if isinstance(value, str | int | float):
        return str(value)
    raise InputError(
        f"{place}, row {number}: found the label {short(repr(value))}, expected one name or number"
    )


def _checked(name: str, place: str, number: int) -> str:
    if len(name) > MAX_LABEL:
        raise InputError(
            f"{place}, row {number}: found a label of {len(name)} characters, {short(name)!r}, "
            f"expected a name of at most {MAX_LABEL}; is it the column of texts?"
        )
    if _BAD_LABEL.search(name):
        raise InputError(
            f"{place}, row {number}: found a line break or control character in the label "
            f"{name!r}, expected a name on one line"
        )
    return name


def _text(value: Any, place: str, number: int) -> str:  # noqa: ANN401
    if value is None or value != value:
        return ""
    if not isinstance(value, str):
        found = type(value).__name__
        raise InputError(f"{place}, row {number}: found a text that is {found}, expected a string")
    if _BAD_TEXT.search(value):
        raise InputError(
            f"{place}, row {number}: found a NUL character or half a surrogate pair in the text, "
            "expected characters"
        )
    if len(value) > _MUCH and len(json.dumps(value, ensure_ascii=False).encode()) > (
        tables.MAX_LINE_BYTES - 10_000
    ):
        raise InputError(
            f"{place}, row {number}: found a text of {len(value):,} characters, expected at most "
            "about 3 MB"
        )
    return value


def _splits(names: list[str], table: Table, column: str) -> list[str]:
    found = set(names)
    if not {TRAIN, TEST} <= found:
        some = ", ".join(repr(name) for name in sorted(found)[:10])
        raise InputError(
            f"{table.name}: the column {column!r} has {some}, expected {TRAIN!r} and {TEST!r} "
            "among its values"
        )
    return names
