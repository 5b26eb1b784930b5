"""Requests that were written to batch files: what an answer to one of them belongs to.

They are kept as they were written, so that a result is stored under its key whatever has happened
to params meanwhile.
"""

import json
from collections.abc import Iterable
from contextlib import closing

from synthgap.generate.database import transaction
from synthgap.generate.exchange import Reply, Request
from synthgap.generate.store import Entry, Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS pending (
    key TEXT PRIMARY KEY,
    entry TEXT NOT NULL,
    batch TEXT
);
"""
NO_REPLY = Reply("", "none", None, None, None, 0, batch=True)


class Pending:
    """The requests in batch files, and the batches that they were submitted in."""

    def __init__(self, store: Store) -> None:
        self._connection = store.connect()
        self._connection.execute(SCHEMA)

    def add(self, entries: Iterable[Entry]) -> None:
        """Remember what is kept of requests that are written to a file, without replies."""
        rows = [(one.key, json.dumps(one._asdict(), sort_keys=True)) for one in entries]
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT INTO pending (key, entry) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET entry = excluded.entry WHERE batch IS NULL",
                rows,
            )

    def get(self, key: str) -> Entry | None:
        """Return what is kept of a request, without a reply; None where it was not written."""
        row = self._connection.execute("SELECT entry FROM pending WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        return Entry(**{**json.loads(row[0]), "reply": NO_REPLY})

    def submitted(self) -> set[str]:
        """Return the keys of requests whose batch is under way."""
        rows = self._connection.execute("SELECT key FROM pending WHERE batch IS NOT NULL")
        return {key for (key,) in rows}

    def batches(self) -> list[str]:
        """Return the batches that are under way."""
        rows = self._connection.execute(
            "SELECT DISTINCT batch FROM pending WHERE batch IS NOT NULL ORDER BY batch"
        )
        return [batch for (batch,) in rows]

    def submit(self, keys: Iterable[str], batch: str) -> None:
        """Remember in which batch requests are under way."""
        with transaction(self._connection):
            self._connection.executemany(
                "UPDATE pending SET batch = ? WHERE key = ?", [(batch, key) for key in keys]
            )

    def end(self, batch: str) -> None:
        """Remember that a batch is over: what it did not answer may be asked again."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("UPDATE pending SET batch = NULL WHERE batch = ?", (batch,))


def request_of(kept: Entry) -> Request:
    """Return the request that was kept."""
    body = dict(kept.request["body"])
    messages = tuple((one["role"], one["content"]) for one in body.pop("messages"))
    seed = body.pop("seed", None)
    return Request(body.pop("model"), messages, body, seed, kept.request["sample"])
