"""From candidates to exactly as many rows as are asked for, and the tables of both halves."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.generate.backend import Backend, Candidate
from synthgap.generate.filters import n_words
from synthgap.generate.sieve import Sieve


class Dropped(NamedTuple):
    """A candidate of no use, and why."""

    candidate: Candidate
    reason: str


class Rows(NamedTuple):
    """What became of all candidates, in the order in which they came."""

    kept: list[Candidate]
    dropped: list[Dropped]


def collect(backend: Backend, sieve: Sieve) -> Rows:
    """Return rows of which exactly `sieve.per_label` of each label are kept.

    Raises:
        InputError: the backend has no more to give before that.
    """
    rows = Rows([], [])
    while sieve.short:
        candidates = backend.write(sieve.short)
        if not candidates:
            raise InputError(_shortfall(backend, sieve, rows))
        for candidate in candidates:
            reason = sieve.judge(candidate)
            if reason is None:
                rows.kept.append(candidate)
            else:
                rows.dropped.append(Dropped(candidate, reason))
    return rows


def table(candidates: Iterable[Candidate], schema: tables.Schema) -> pd.DataFrame:
    """Return those columns of the candidates that the schema has."""
    values = [[getattr(row, name) for name in schema.names] for row in candidates]
    return pd.DataFrame(values, columns=schema.names, dtype=object)


def dropped_table(dropped: Iterable[Dropped]) -> pd.DataFrame:
    """Return the DROPPED table."""
    values = [[row.id, row.text, row.label, reason] for row, reason in dropped]
    return pd.DataFrame(values, columns=tables.DROPPED.names, dtype=object)


def counts(rows: Rows, sieve: Sieve) -> dict[str, Any]:
    """Return how many candidates were looked at and kept, and how many dropped for each reason."""
    reasons = Counter(reason for _, reason in rows.dropped)
    return {
        "attempts": len(rows.kept) + len(rows.dropped),
        "kept": sieve.kept,
        "dropped": {reason: reasons[reason] for reason in sieve.reasons},
        "mean_words": sum(n_words(row.text) for row in rows.kept) / len(rows.kept),
    }


def _shortfall(backend: Backend, sieve: Sieve, rows: Rows) -> str:
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for candidate, reason in rows.dropped:
        ids[candidate.label, reason].append(candidate.id)
    parts = []
    for label in sieve.short:
        why = [
            f"{reason} {len(found)}, such as {found[0]}"
            for reason in sieve.reasons
            if (found := ids[label, reason])
        ]
        parts.append(f"{label} has {sieve.kept[label]} (dropped: {'; '.join(why) or 'none'})")
    return (
        f"{backend.place}: too few usable texts, expected generate.per_label={sieve.per_label} "
        f"of each label: {', '.join(parts)}"
    )
