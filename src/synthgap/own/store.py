"""An own table under DVC's control, and params.yaml: written together or not at all."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthgap.fetch.own import TABLE
from synthgap.floor import params, tables
from synthgap.floor.errors import InputError
from synthgap.own.rows import Rows


def store(rows: Rows, file: Path, text: str) -> None:
    """Write the table, have DVC track it, and write params.yaml; in this order.

    Raises:
        InputError: DVC refuses; then table and params are as they were.
    """
    pointer = file.with_name(f"{file.name}.dvc")
    with _undone(file, pointer):
        write(rows, file)
        _add(file)
        # Where it is a link, the file that it leads to is the one to be replaced.
        tables.write_plain(text, params.FILE.resolve())


def write(rows: Rows, file: Path) -> None:
    """Write the table as `fetch.own` reads it: JSON Lines, an object a row."""
    columns = zip(rows.ids(), rows.splits, rows.texts, rows.labels, rows.votes, strict=True)
    with tables.replacing(file) as part, part.open("w", encoding="utf-8", newline="\n") as out:
        for row in columns:
            values = dict(zip(TABLE.names, row, strict=True))
            out.write(json.dumps(values, ensure_ascii=False) + "\n")


def _add(file: Path) -> None:
    command = [sys.executable, "-m", "dvc", "add", "--quiet", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = " ".join(done.stderr.split()) or f"status {done.returncode}"
        raise InputError(f"{file}: dvc add fails ({reason}), expected a repository with DVC")


@contextmanager
def _undone(*files: Path) -> Iterator[None]:
    """Put the files back if the block fails."""
    before = {file: file.with_name(f".{file.name}.before") for file in files}
    for file, kept in before.items():
        if file.exists():
            file.replace(kept)
    try:
        yield
    except BaseException:
        for file, kept in before.items():
            file.unlink(missing_ok=True)
            if kept.exists():
                kept.replace(file)
        raise
    finally:
        for kept in before.values():
            kept.unlink(missing_ok=True)
