"""The response store: every reply that was ever paid, under the key of its request.

Two stages and a command may use it at once. A reply is on the disk before anything is done with
it, and the first one stored under a key stays: tables are made from what the store says. It lies
outside of DVC's outputs, which are deleted before a stage runs.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from synthgap.floor.errors import InputError
from synthgap.generate import database
from synthgap.generate.exchange import Reply, Request


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
    prices: tuple[float, float] | None = None
    """US dollars per million tokens of prompt and completion, when it was asked for; or unknown."""

    @property
    def paid_tokens(self) -> tuple[int, int]:
        """Tokens of prompt and completion, as many as there can be where nothing tells."""
        prompt, completion = self.reply.prompt_tokens, self.reply.completion_tokens
        return (
            self.worst_prompt_tokens if prompt is None else prompt,
            self.worst_completion_tokens if completion is None else completion,
        )


def entry(request: Request, reply: Reply, prices: tuple[float, float] | None = None) -> Entry:
    """Return what is stored of an exchange."""
    kept = {"body": request.body, "sample": request.sample}
    worst = request.most_tokens, request.limit or 0
    return Entry(request.key, request.family, request.model, kept, reply, *worst, prices=prices)


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
        connection = database.connect(self.file)
        self._connections.append(connection)
        return connection

    def close(self) -> None:
        """Close all connections."""
        for connection in self._connections:
            connection.close()

    def get(self, request: Request) -> Reply | None:
        """Return the reply to a request, None where there is none.

        Raises:
            InputError: the file cannot be read.
        """
        with database.one_line("read"):
            rows = self._reading.execute(
                "SELECT key, reply FROM replies WHERE family = ?", (request.family,)
            ).fetchall()
        return choose(request, ((key, Reply(**json.loads(reply))) for key, reply in rows))

    def put(self, entries: Iterable[Entry]) -> int:
        """Store replies in one transaction, keep what is there already; return how many are new.

        Each that was paid for is counted, also where another process was first; but the results of
        a batch may be read again, and were paid once.

        Raises:
            InputError: the file cannot be written; then none of them is stored.
        """
        stored = 0
        with database.transaction(self._writing):
            for one in entries:
                new = self._insert(one)
                stored += new
                if not one.imported and (new or not one.reply.batch):
                    self._pay(one)
                    # Under way no more, in the same commit.
                    self._writing.execute("DELETE FROM asked WHERE key = ?", (one.key,))
        return stored

    def _insert(self, one: Entry) -> bool:
        row = (
            *(one.key, one.family, one.model),
            json.dumps(one.request, sort_keys=True),
            json.dumps(one.reply._asdict(), sort_keys=True),
            *(one.reply.prompt_tokens, one.reply.completion_tokens),
            *(one.worst_prompt_tokens, one.worst_completion_tokens),
            *(one.reply.batch, one.imported),
        )
        done = self._writing.execute(
            "INSERT OR IGNORE INTO replies (key, family, model, request, reply, prompt_tokens,"
            " completion_tokens, worst_prompt_tokens, worst_completion_tokens, batch,"
            " imported) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        return done.rowcount > 0

    def _pay(self, one: Entry) -> None:
        self._writing.execute(
            "INSERT INTO payments (batch, prompt_tokens, completion_tokens, prompt_price,"
            " completion_price) VALUES (?, ?, ?, ?, ?)",
            (one.reply.batch, *one.paid_tokens, *(one.prices or (None, None))),
        )

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
