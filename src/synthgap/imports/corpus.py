"""Which rows of a corpus that was made elsewhere are trained on, and why the others are not.

Texts are judged in the file's order by the filters of generated texts, so that what is compared has
been through the same sieve; then so many of each label are drawn as are asked for.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from synthgap.floor import seeds, tables
from synthgap.floor.errors import InputError
from synthgap.floor.texts import fold
from synthgap.generate import filters
from synthgap.generate.repeats import NearRepeats
from synthgap.imports.reading import Row
from synthgap.imports.settings import Import, Limits

log = logging.getLogger(__name__)

_BAD_CHARACTERS = re.compile("[\0\ud800-\udfff]")


class Candidate(NamedTuple):
    """A text under a label of the task."""

    id: str
    """The source and the number of the row in the file, from 1."""
    text: str
    label: str


class Imported(NamedTuple):
    """The tables and the metrics of one source of one task."""

    train: pd.DataFrame
    dropped: pd.DataFrame
    metrics: dict[str, Any]


def bring_in(
    rows: Sequence[Row], entry: Import, labels: Sequence[str], limits: Limits, key: str
) -> Imported:
    """Return the texts of use, `entry.per_label` of each label or all, and the others.

    Args:
        rows: of the file.
        entry: what params.yaml says of it.
        labels: of the task.
        limits: what makes a text useless.
        key: of the entry, for messages.

    Raises:
        InputError: `entry.names` does not lead to the task's labels, has a name that no row has,
            or a label has too few texts of use.
    """
    names = _names(rows, entry, labels, key)
    kept, dropped = _sift(rows, names, entry.source, labels, limits)
    _check_enough(kept, dropped, entry, labels)
    drawn = _drawn(kept, entry, limits.seed)
    dropped += [(*row, "surplus") for row in kept if row.id not in drawn]
    kept = [row for row in kept if row.id in drawn]
    by_label = Counter(row.label for row in kept)
    reasons = Counter(reason for *_, reason in dropped)
    log.info("%s for %s: %d of %d texts", entry.source, entry.task, len(kept), len(rows))
    metrics = {
        "backend": "import",
        "attempts": len(rows),
        "kept": {label: by_label[label] for label in labels},
        "dropped": dict(reasons),
        "mean_words": sum(filters.n_words(row.text) for row in kept) / len(kept),
    }
    return Imported(
        pd.DataFrame(kept, columns=tables.TEXTS.names, dtype=object),
        pd.DataFrame(dropped, columns=tables.DROPPED.names, dtype=object),
        metrics,
    )


def _names(
    rows: Sequence[Row], entry: Import, labels: Sequence[str], key: str
) -> Mapping[str, str]:
    place = f"params.yaml: imports.{key}.names"
    names = entry.names or {label: label for label in labels}
    if sorted(set(names.values())) != sorted(labels):
        found, expected = sorted(set(names.values())), sorted(labels)
        raise InputError(f"{place}: found the labels {found}, expected {expected}")
    there = Counter(_stripped(row.label) for row in rows)
    for name in names:
        if name not in there:
            seen = ", ".join(f"{label!r:.40}" for label, _ in there.most_common(10))
            raise InputError(f"{entry.path}: no row has the label {name!r}, found {seen}")
    return names


def _sift(
    rows: Sequence[Row],
    names: Mapping[str, str],
    source: str,
    labels: Sequence[str],
    limits: Limits,
) -> tuple[list[Candidate], list[tuple[str, str, str, str]]]:
    kept: list[Candidate] = []
    dropped: list[tuple[str, str, str, str]] = []
    applies = _reasons(_labels_by_text(rows, names), labels, limits)
    seen: set[str] = set()
    near = {label: NearRepeats(limits.near_repeat, limits.seed) for label in labels}
    applies["repeat"] = lambda row: fold(row.text) in seen
    # Of its own label only: a pair that differs in what makes the label is good to have.
    applies["near_repeat"] = lambda row: near[row.label].has(row.text)
    for number, raw in enumerate(rows, start=1):
        theirs, text = _stripped(raw.label), _stripped(raw.text)
        row = Candidate(f"{source}-{number}", text, names.get(theirs, theirs))
        reason = _label_reason(theirs, names)
        reason = reason or next((name for name, holds in applies.items() if holds(row)), None)
        if reason is not None:
            dropped.append((row.id, _printable(text), _printable(row.label), reason))
            continue
        kept.append(row)
        seen.add(fold(text))
        near[row.label].add(text)
    return kept, dropped


def _reasons(
    labels_by_text: Mapping[str, set[str]], labels: Sequence[str], limits: Limits
) -> dict[str, Callable[[Candidate], bool]]:
    """Return what drops a text whatever other texts are kept, in the order of looking for it."""
    return {
        "bad_characters": lambda row: bool(_BAD_CHARACTERS.search(row.text)),
        "empty": lambda row: filters.is_empty(row.text),
        "refusal": lambda row: filters.is_refusal(row.text),
        "too_short": lambda row: filters.n_words(row.text) < limits.min_words,
        "too_long": lambda row: filters.n_words(row.text) > limits.max_words,
        "names_its_label": lambda row: filters.names_label(row.text, row.label, labels),
        "two_labels": lambda row: len(labels_by_text[fold(row.text)]) > 1,
    }


def _label_reason(theirs: str, names: Mapping[str, str]) -> str | None:
    if theirs in names:
        return None
    return "other_label" if theirs else "no_label"


def _labels_by_text(rows: Sequence[Row], names: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        theirs = _stripped(row.label)
        if theirs in names:
            found.setdefault(fold(_stripped(row.text)), set()).add(names[theirs])
    return found


def _check_enough(
    kept: Sequence[Candidate],
    dropped: Sequence[tuple[str, str, str, str]],
    entry: Import,
    labels: Sequence[str],
) -> None:
    have = Counter(row.label for row in kept)
    wanted = entry.per_label or 1
    missing = [f"{label} has {have[label]}" for label in labels if have[label] < wanted]
    if missing:
        reasons = Counter(reason for *_, reason in dropped)
        why = ", ".join(f"{reason} {n}" for reason, n in reasons.most_common()) or "none"
        raise InputError(
            f"{entry.path}: too few usable texts, expected {wanted} of each label: "
            f"{', '.join(missing)} (dropped: {why})"
        )


def _drawn(kept: Sequence[Candidate], entry: Import, seed: int) -> set[str]:
    """Return the ids of the texts that are drawn; a larger draw holds all of a smaller one."""
    if entry.per_label is None:
        return {row.id for row in kept}
    drawn: set[str] = set()
    for label in {row.label for row in kept}:
        ids = [row.id for row in kept if row.label == label]
        order = seeds.rng(seed, entry.task, entry.source, label).permutation(len(ids))
        drawn |= {ids[place] for place in order[: entry.per_label]}
    return drawn


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _printable(text: str) -> str:
    return _BAD_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)
