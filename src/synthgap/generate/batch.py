"""Batch files: what the store lacks, as the JSON Lines of OpenAI's Batch API, and back.

The same files serve `vllm run-batch`. A conversation's next turn needs the reply to the one
before, so a file has the next turn of each conversation that is open: export, import, and again,
at most `generate.turns` times; and once more where texts turned out to be of no use.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.generate.dialogue import Script
from synthgap.generate.exchange import parse_completion, parse_json
from synthgap.generate.forecast import open_conversations
from synthgap.generate.pending import NO_REPLY, Pending
from synthgap.generate.secret import hide
from synthgap.generate.store import Entry, Store, entry

URL: Literal["/v1/chat/completions"] = "/v1/chat/completions"
MOST = 50_000
"""Requests in a file, OpenAI's limit."""

LONGEST = 240
"""Characters of a message; an id alone has 64."""


class Exported(NamedTuple):
    """What a file holds, and what is left."""

    written: int
    waiting: int
    """Submitted before, in a batch whose result is not fetched yet."""
    left: int
    """Beyond what a file may hold."""


class Imported(NamedTuple):
    """What became of the lines of a result file."""

    stored: int
    known: int
    """Replies that were there before."""
    problems: list[str]
    """One line for each that gave no reply."""


def export(scripts: Iterable[Script], store: Store, file: Path, most: int = MOST) -> Exported:
    """Write the requests that the store cannot answer, turn by turn."""
    pending = Pending(store)
    requests = {
        one.request.key: entry(one.request, NO_REPLY, script.llm.price.both)
        for script in scripts
        for one in open_conversations(script, store)
    }
    submitted = pending.submitted()
    due = [one for key, one in requests.items() if key not in submitted]
    pending.add(due[:most])
    tables.write_plain("".join(_line(one) for one in due[:most]), file)
    return Exported(len(due[:most]), len(requests) - len(due), len(due[most:]))


def load(store: Store, file: Path) -> Imported:
    """Store the replies of a result file, whole or not, and say what else stands in it.

    Raises:
        InputError: there is no such file.
    """
    return take(store, read(file), str(file), key="")


def take(store: Store, results: str, place: str, key: str) -> Imported:
    """Store the replies among the lines of results, and say what else they are.

    Args:
        store: where the replies go.
        results: a line for each request.
        place: where they are from, for messages.
        key: of the endpoint, which is hidden where it is repeated.
    """
    pending = Pending(store)
    stored, known, problems = 0, 0, []
    for number, text in lines(results):
        try:
            name, payload = _result(text)
            request = pending.get(name)
            if request is None:
                raise ValueError(f"unknown custom_id {name!r}")
            reply = parse_completion(payload, seconds=None, tries=1, batch=True)
        except ValueError as error:
            problems.append(f"{place}, line {number}: {shortened(hide(str(error), key))}")
            continue
        # Hidden in the text and not in the JSON, which may spell the key with escapes.
        reply = reply._replace(
            text=hide(reply.text, key), finish_reason=hide(reply.finish_reason, key)
        )
        new = store.put([request._replace(reply=reply)])
        stored, known = stored + new, known + 1 - new
    return Imported(stored, known, problems)


def read(file: Path) -> str:
    """Return what stands in a file of requests or results.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers.

    Texts may hold the other signs that end a line for Python, such as U+2028.
    """
    return ((n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip())


def shortened(text: str) -> str:
    """Return what somebody else said as one line that is not too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."


def _line(one: Entry) -> str:
    line = {"custom_id": one.key, "method": "POST", "url": URL, "body": one.request["body"]}
    return json.dumps(line, ensure_ascii=False) + "\n"


def _result(text: str) -> tuple[str, Any]:
    """Return the id and the chat completion of a line.

    Raises:
        ValueError: the line has none; the message says why.
    """
    try:
        line = parse_json(text)
    except ValueError:
        raise ValueError("not valid JSON, the file may have been cut short") from None
    if not isinstance(line, dict) or not isinstance(line.get("custom_id"), str):
        raise ValueError("no custom_id")
    key, response, error = line["custom_id"], line.get("response"), line.get("error")
    if isinstance(response, dict) and response.get("status_code") in (200, None) and not error:
        return key, response.get("body")
    body = response.get("body") if isinstance(response, dict) else None
    said = error or (body.get("error") if isinstance(body, dict) else None) or response
    message = said.get("message") or said.get("code") if isinstance(said, dict) else said
    raise ValueError(f"custom_id {key}: {message}")
