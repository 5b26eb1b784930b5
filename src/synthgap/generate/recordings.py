"""Replies as JSON Lines, for moving them between machines and for keeping them in git.

A line has the hash of the request, the model's name, how it was sampled, and the reply: no
prompt, no key, no host.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.generate.exchange import LIMITS, Reply, Request, parse_json
from synthgap.generate.store import Entry, Store, choose

SAMPLING = (*LIMITS, "seed", "temperature", "top_p")
COLUMNS = {"family", "key", "model", "reply", "sample", "sampling"}


class Recordings:
    """The replies in the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._families: dict[str, dict[str, Reply]] = {}
        for file in sorted(folder.glob("*.jsonl")):
            for one in read(file):
                self._families.setdefault(one.family, {}).setdefault(one.key, one.reply)

    def get(self, request: Request) -> Reply | None:
        """Return the reply to a request, None where there is none."""
        return choose(request, self._families.get(request.family, {}).items())


def export(store: Store, file: Path) -> int:
    """Write all replies of a store, sorted by key; return how many."""
    lines = [json.dumps(_line(one), sort_keys=True) + "\n" for one in store.entries()]
    tables.write_plain("".join(lines), file)
    return len(lines)


def load(store: Store, file: Path) -> tuple[int, int]:
    """Store the replies of a file; return how many are new, and how many there are.

    Raises:
        InputError: it is not what `export` writes; nothing is stored then.
    """
    found = list(read(file))
    return store.put(found), len(found)


def read(file: Path) -> Iterator[Entry]:
    """Yield the replies of a file.

    Raises:
        InputError: it is not what `export` writes.
    """
    for number, line in lines(file):
        try:
            yield _entry(line)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{file}, line {number}: found {' '.join(str(error).split())}, expected a line "
                "that `synthgap recordings export` has written"
            ) from error


def lines(file: Path) -> Iterator[tuple[int, Any]]:
    """Yield the number and value of each line of JSON that is not blank.

    Raises:
        InputError: no such file, not UTF-8 or not JSON.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            for number, line in enumerate(opened, start=1):
                if line.strip():
                    yield number, parse_json(line)
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{file}, line {number}: not valid JSON ({error.msg})") from error


def _line(one: Entry) -> dict[str, Any]:
    body = one.request["body"]
    return {
        "family": one.family,
        "key": one.key,
        "model": one.model,
        "reply": one.reply._asdict(),
        "sample": one.request["sample"],
        "sampling": {name: body[name] for name in SAMPLING if name in body},
    }


def _entry(line: Any) -> Entry:  # noqa: ANN401
    if not isinstance(line, dict) or set(line) != COLUMNS:
        raise ValueError("other columns" if isinstance(line, dict) else type(line).__name__)
    texts = (line["key"], line["family"], line["model"], line["reply"]["text"])
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("something that is no text")
    request = {"body": {"model": line["model"], **line["sampling"]}, "sample": line["sample"]}
    return Entry(*texts[:3], request=request, reply=Reply(**line["reply"]), imported=True)
