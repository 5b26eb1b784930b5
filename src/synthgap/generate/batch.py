"""Batch files: what the store lacks, as the JSON Lines of OpenAI's Batch API, and back.

The same files serve `vllm run-batch`. A conversation's next turn needs the reply to the one
before, so a file has the next turn of each conversation that is open: export, import, and again,
at most `generate.turns` times; and once more where texts turned out to be of no use.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.generate.dialogue import Script
from synthgap.generate.exchange import Request, parse_completion, parse_json
from synthgap.generate.forecast import open_conversations
from synthgap.generate.pending import Pending
from synthgap.generate.store import Store

URL: Literal["/v1/chat/completions"] = "/v1/chat/completions"
MOST = 50_000
"""Requests in a file, OpenAI's limit."""


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
        one.request.key: one.request
        for script in scripts
        for one in open_conversations(script, store)
    }
    submitted = pending.submitted()
    due = [request for key, request in requests.items() if key not in submitted]
    pending.add(due[:most])
    tables.write_plain("".join(_line(request) for request in due[:most]), file)
    return Exported(len(due[:most]), len(requests) - len(due), len(due[most:]))


def load(store: Store, file: Path) -> Imported:
    """Store the replies of a result file, whole or not, and say what else stands in it.

    Raises:
        InputError: there is no such file.
    """
    pending = Pending(store)
    stored, known, problems = 0, 0, []
    for number, text in _texts(file):
        try:
            key, payload = _result(text)
            request = pending.get(key)
            if request is None:
                raise ValueError(f"unknown custom_id {key!r}")
            reply = parse_completion(payload, seconds=None, tries=1, batch=True)
        except ValueError as error:
            problems.append(f"{file}, line {number}: {' '.join(str(error).split())}")
            continue
        new = store.put([request._replace(reply=reply)])
        stored, known = stored + new, known + 1 - new
    return Imported(stored, known, problems)


def _line(request: Request) -> str:
    line = {"custom_id": request.key, "method": "POST", "url": URL, "body": request.body}
    return json.dumps(line, ensure_ascii=False) + "\n"


def _texts(file: Path) -> Iterable[tuple[int, str]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    text = content.decode("utf-8", "replace")
    return ((n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip())


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
    raise ValueError(f"custom_id {key}: {str(message)[:160]}")
