"""Rows: texts with their labels, from the columns of a dataset.

A frame of rows has the columns id, text, label, key and carried, and in its index the place of
each row among all that were read, so that order is never lost. `key` is the text as it is
compared: two texts are the same if only their case, white space or Unicode form differ.
`carried` is what a dataset's column of votes, or of ids to look votes up with, has for the row.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from synthgap.floor.errors import InputError
from synthgap.floor.texts import fold

COLUMNS = ["id", "text", "label", "key", "carried"]
DROPPED = ["id", "text", "label", "reason"]
BAD_CHARACTERS = re.compile("[\0\ud800-\udfff]")


class Halves(NamedTuple):
    """What is kept of some rows, and what is dropped, each with its reason."""

    kept: pd.DataFrame
    dropped: pd.DataFrame


class Matter(NamedTuple):
    """What of one split's columns matters."""

    texts: Sequence[Any]  # strings, or lists of words
    labels: Sequence[Any]  # names, or lists of names
    carried: Sequence[Any] | None = None


def read(split: str, matter: Matter, names: Mapping[str, str], first: int = 0) -> Halves:
    """Return the rows of one split, with the task's labels and without white space at the ends.

    Args:
        split: begins the ids; the row's number in the split, from 0, ends them.
        matter: the columns.
        names: from the names of labels in the data to the task's.
        first: the index of the first row.

    Raises:
        InputError: a text is neither a string nor a list of strings.
    """
    carried = matter.carried or [None] * len(matter.texts)
    kept: list[tuple[Any, ...]] = []
    gone: list[tuple[Any, ...]] = []
    places: tuple[list[int], list[int]] = [], []
    for number, row in enumerate(zip(matter.texts, matter.labels, carried, strict=True)):
        raw, label, more = row
        id_ = f"{split}-{number}"
        text, name = _text_of(raw, id_), name_of(label)
        reason = _reason(text, label, name, names)
        places[reason is not None].append(first + number)
        if reason is None:
            kept.append((id_, text, names[name], fold(text), more))
        else:
            gone.append((id_, _printable(text), _printable(name), reason))
    return Halves(
        pd.DataFrame(kept, columns=COLUMNS, index=places[0], dtype=object),
        pd.DataFrame(gone, columns=DROPPED, index=places[1], dtype=object),
    )


def without_repeats(rows: pd.DataFrame) -> Halves:
    """Return each text once, the first copy; of a text under two labels, no copy."""
    two_labels = rows.groupby("key", sort=False)["label"].transform("nunique") > 1
    repeat = rows.duplicated("key") & ~two_labels
    gone = [dropped(rows[two_labels], "two_labels"), dropped(rows[repeat], "repeat")]
    return Halves(rows[~two_labels & ~repeat], pd.concat(gone))


def without_texts(rows: pd.DataFrame, keys: set[str], reason: str) -> Halves:
    """Return the rows whose texts are not among `keys`."""
    found = rows["key"].isin(keys)
    return Halves(rows[~found], dropped(rows[found], reason))


def dropped(rows: pd.DataFrame, reason: str) -> pd.DataFrame:
    """Return the rows as rows that are dropped."""
    return rows[DROPPED[:3]].assign(reason=reason)


def _text_of(raw: Any, id_: str) -> str:  # noqa: ANN401
    words = raw if isinstance(raw, list) else [raw]
    for word in words:
        if word is not None and not isinstance(word, str):
            raise InputError(
                f"row {id_}: the text is {raw!r:.80}, expected a string or a list of strings"
            )
    return " ".join(word for word in words if word is not None).strip()


def name_of(label: Any) -> str:  # noqa: ANN401
    """Return a label as the data name it: `several, labels` if there are several."""
    labels = label if isinstance(label, list) else [label]
    return ", ".join(str(one) for one in labels if one is not None)


def _reason(text: str, label: Any, name: str, names: Mapping[str, str]) -> str | None:  # noqa: ANN401
    if label is None or label == []:
        return "no_label"
    if isinstance(label, list) and len(label) > 1:
        return "several_labels"
    if name not in names:
        return "other_label"
    if BAD_CHARACTERS.search(text):
        return "bad_characters"
    return None if text else "empty"


def _printable(text: str) -> str:
    return BAD_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)
