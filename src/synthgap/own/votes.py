"""Votes of several people on a text, from columns of its row or from a table of their own."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from synthgap.floor.errors import InputError
from synthgap.own import read, rows
from synthgap.own.request import Columns, Hints
from synthgap.own.table import Table

LONG = ("id", "rater", "label")
"""The columns of a table with one row a text and rater."""


def in_columns(table: Table, columns: Columns, labels: Collection[str]) -> list[list[str]]:
    """Return each row's votes: what its columns of votes hold, without the empty ones.

    Raises:
        InputError: a vote is for no label.
    """
    given = [rows.as_labels(table.columns[name], table.name) for name in columns.votes]
    for column in given:
        _check(column, labels, table.name)
    return [[vote for vote in row if vote] for row in zip(*given, strict=True)]


def ids(values: Sequence[Any], name: str) -> list[str]:
    """Return the ids of a table's texts.

    Raises:
        InputError: one is missing or stands twice.
    """
    found: dict[str, None] = {}
    for number, one in enumerate(rows.as_labels(values, name), start=1):
        if not one or one in found:
            what = f"the id {one!r} twice" if one else "no id"
            raise InputError(f"{name}, row {number}: found {what}, expected one of its own")
        found[one] = None
    return list(found)


def in_table(
    texts: Sequence[str], path: Path, hints: Hints, labels: Collection[str]
) -> list[list[str]]:
    """Return the votes of the texts, from a table with the columns id, rater and label.

    Args:
        texts: their ids.
        path: the table of votes.
        hints: of the table of votes.
        labels: of the task.

    Raises:
        InputError: the table cannot be read, a vote is on no text or for no label, or a rater
            votes twice on a text.
    """
    found: dict[str, list[str]] = {text: [] for text in texts}
    table = read.read(str(path), LONG, hints)
    names, raters, votes = (rows.as_labels(table.columns[column], table.name) for column in LONG)
    _check(votes, labels, table.name)
    seen = set()
    for number, (text, rater, vote) in enumerate(zip(names, raters, votes, strict=True), start=1):
        place = f"{path}, row {number}"
        if text not in found:
            raise InputError(f"{place}: found a vote on {text!r}, expected an id of a text")
        if (text, rater) in seen:
            raise InputError(f"{place}: found a second vote of {rater!r} on {text!r}, expected one")
        seen.add((text, rater))
        if vote:
            found[text].append(vote)
    return list(found.values())


def _check(votes: Sequence[str], labels: Collection[str], place: str) -> None:
    known = {*labels, ""}
    for number, vote in enumerate(votes, start=1):
        if vote not in known:
            some = ", ".join(map(repr, sorted(labels)[:20]))
            raise InputError(
                f"{place}, row {number}: found a vote for {vote!r}, expected one of {some}"
            )
