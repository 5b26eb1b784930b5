"""The file of the response store: SQLite in WAL mode, its tables, and what may go wrong with it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

from synthgap.floor.errors import InputError

VERSION = 2
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
CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    prompt_price REAL,
    completion_price REAL
);
CREATE TABLE IF NOT EXISTS asked (
    key TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    process INTEGER NOT NULL,
    began REAL NOT NULL,
    usd REAL NOT NULL
);
"""
FROM_1 = """
INSERT INTO payments (batch, prompt_tokens, completion_tokens)
SELECT batch, COALESCE(prompt_tokens, worst_prompt_tokens),
       COALESCE(completion_tokens, worst_completion_tokens)
FROM replies WHERE NOT imported;
INSERT INTO asked SELECT owner, owner, 0, 0, usd FROM claims WHERE process = 0;
DROP TABLE claims;
"""
"""What a store of the first version lacks: replies were paid at prices that it did not keep."""


def connect(file: Path) -> sqlite3.Connection:
    """Return a connection to the file, which is made, or brought to this version, where needed.

    Raises:
        InputError: it is of a version that is not known here, or cannot be written.
        sqlite3.Error: it is none of SQLite.
    """
    # Writing happens in a thread, one call at a time, beside reading.
    connection = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    try:
        _log_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")  # a commit outlives a pulled plug
        if _version(connection, file) < VERSION:
            with transaction(connection):
                _bring_up(connection, _version(connection, file))
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection, file: Path) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in range(VERSION + 1):
        raise InputError(f"{file}: found version {version}, expected {VERSION}")
    return int(version)


def _bring_up(connection: sqlite3.Connection, version: int) -> None:
    if version == VERSION:
        return  # Another process was first.
    for statement in f"{SCHEMA}{FROM_1 if version == 1 else ''}".split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version={VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done inside, at once and alone; take it back where it fails.

    Raises:
        InputError: the file cannot be written: the disk is full, or somebody holds it for long.
    """
    with one_line("written"):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite takes some failures back by itself.
                connection.execute("ROLLBACK")
            raise


@contextmanager
def one_line(done: str) -> Iterator[None]:
    """Tell what SQLite raises inside in one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise InputError(
            f"the response store cannot be {done} ({error}); all replies in it are kept"
        ) from error


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Let commits go to a log beside the file, so that one may read while another writes."""
    # SQLite does not wait its usual time here when several processes make the file at once.
    for attempt in Retrying(
        retry=retry_if_exception(_is_busy),
        stop=stop_after_delay(60),
        wait=wait_fixed(0.05),
        reraise=True,
    ):
        with attempt:
            connection.execute("PRAGMA journal_mode=WAL")


def _is_busy(error: BaseException) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
