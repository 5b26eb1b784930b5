"""The response store: every reply that was ever paid, under the key of its request.

SQLite in WAL mode, so that two stages and a command may use it at once. A reply is on the disk
before anything is done with it, and the first one stored under a key stays: tables are made from
what the store says. It lies outside of DVC's outputs, which are deleted before a stage runs.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from synthgap.floor.errors import InputError
from synthgap.generate.exchange import Reply, Request

VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    family TEXT NOT NULL,
    model TEXT NOT NULL,
    request TEXT NOT NULL,
    reply TEXT NOT NULL,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    worst_prompt_tokens INTEGER NOT NULL,
    worst_completion_tokens INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    imported INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS families ON replies (family);
CREATE TABLE IF NOT EXISTS claims (owner TEXT PRIMARY KEY, process INTEGER, usd REAL NOT NULL);
"""


class Replies(Protocol):
    """Where replies are looked up."""

    def get(self, request: Request) -> Reply | None:
        """Return the reply to a request, None where there is none."""
        ...


class Entry(NamedTuple):
    """A reply with what is kept of its request."""

    key: str
    family: str
    model: str
    request: dict[str, Any]
    reply: Reply
    worst_prompt_tokens: int = 0
    worst_completion_tokens: int = 0
    imported: bool = False


def entry(request: Request, reply: Reply) -> Entry:
    """Return what is stored of an exchange."""
    kept = {"body": request.body, "sample": request.sample}
    worst = request.most_tokens, request.limit or 0
    return Entry(request.key, request.family, request.model, kept, reply, *worst)


def default_file() -> Path:
    """Return where the store lies: in the repository, also when DVC runs a copy of it."""
    return Path(os.environ.get("DVC_ROOT") or ".") / ".llm_cache" / "replies.sqlite"


def choose(request: Request, entries: Iterable[tuple[str, Reply]]) -> Reply | None:
    """Return the reply among those of the request's family that answers it.

    That is its own, or one that ended by itself within the request's limit under another: a
    raised `max_tokens` asks only for what was cut short.
    """
    limit = request.limit
    others = []
    for key, reply in sorted(entries):
        if key == request.key:
            return reply
        fits = reply.completion_tokens is not None and (
            limit is None or reply.completion_tokens <= limit
        )
        if reply.ends_by_itself and fits:
            others.append(reply)
    return others[0] if others else None


class Store:
    """The store in a file, made where there is none."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connections: list[sqlite3.Connection] = []
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._reading, self._writing = self.connect(), self.connect()
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"{file}: cannot be used as the response store ({error})") from error

    def connect(self) -> sqlite3.Connection:
        """Return a further connection to the file, which `close` closes too."""
        # Writing happens in a thread, one call at a time, beside reading.
        connection = sqlite3.connect(
            self.file, timeout=60, isolation_level=None, check_same_thread=False
        )
        self._connections.append(connection)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # a commit outlives a pulled plug
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise InputError(f"{self.file}: found version {version}, expected {VERSION}")
        if version == 0:
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
            connection.execute(f"PRAGMA user_version={VERSION}")
        return connection

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()

    def get(self, request: Request) -> Reply | None:
        """Return the reply to a request, None where there is none."""
        rows = self._reading.execute(
            "SELECT key, reply FROM replies WHERE family = ?", (request.family,)
        ).fetchall()
        return choose(request, ((key, Reply(**json.loads(reply))) for key, reply in rows))

    def put(self, entries: Iterable[Entry]) -> int:
        """Store replies in one transaction, keep what is there already; return how many are new."""
        rows = [
            (
                *(one.key, one.family, one.model),
                json.dumps(one.request, sort_keys=True),
                json.dumps(one.reply._asdict(), sort_keys=True),
                *(one.reply.prompt_tokens, one.reply.completion_tokens),
                *(one.worst_prompt_tokens, one.worst_completion_tokens),
                *(one.reply.batch, one.imported),
            )
            for one in entries
        ]
        with transaction(self._writing):
            before = self._writing.total_changes
            self._writing.executemany(
                "INSERT OR IGNORE INTO replies (key, family, model, request, reply, prompt_tokens,"
                " completion_tokens, worst_prompt_tokens, worst_completion_tokens, batch,"
                " imported) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            return self._writing.total_changes - before

    def entries(self) -> Iterator[Entry]:
        """Yield everything, in the order of the keys."""
        for key, family, model, request, reply in self._reading.execute(
            "SELECT key, family, model, request, reply FROM replies ORDER BY key"
        ):
            yield Entry(key, family, model, json.loads(request), Reply(**json.loads(reply)))

    def __len__(self) -> int:
        """Return how many replies there are."""
        (count,) = self._reading.execute("SELECT COUNT(*) FROM replies").fetchone()
        return int(count)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done inside, at once and alone; take it back where it fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
