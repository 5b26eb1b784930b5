"""Batches at the endpoint: submitted, looked at and fetched through its files and batches.

Nothing is retried here: a batch that was made though the answer was lost would be paid twice. All
three commands can be given again.
"""

import asyncio
import json
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import openai

from synthgap.floor.errors import InputError
from synthgap.generate.batch import URL, Imported, load
from synthgap.generate.client import connect, read_key
from synthgap.generate.llm import Llm, Prices
from synthgap.generate.money import Purse
from synthgap.generate.pending import Pending
from synthgap.generate.store import Entry, Store

OVER = ("completed", "failed", "expired", "cancelled")
WINDOW: Literal["24h"] = "24h"
Result = TypeVar("Result")


class Job(NamedTuple):
    """A batch at the endpoint."""

    id: str
    status: str
    done: int
    failed: int
    total: int
    files: list[str]
    """Those that hold its results so far."""


def submit(settings: Llm, store: Store, file: Path) -> str:
    """Return the id of the batch that a file of requests was submitted as.

    Raises:
        InputError: the file is not one of ours, or the endpoint does not take it.
    """
    key = read_key(settings)
    keys = _ids(file)
    pending, purse = Pending(store), Purse(store, settings)
    entries = {one: pending.get(one) for one in keys}
    if unknown := [one for one, found in entries.items() if found is None]:
        raise InputError(f"{file}: custom_id {unknown[0]!r} was not written by batch export")
    usd = _worst_usd(settings.price, [one for one in entries.values() if one is not None])
    if again := set(keys) & pending.submitted():
        raise InputError(f"{file}: {len(again)} of its requests are in a batch already")

    async def upload() -> str:
        async with connect(settings, key) as api:
            content = (file.name, file.read_bytes())
            uploaded = await api.files.create(file=content, purpose="batch")
            made = await api.batches.create(
                input_file_id=uploaded.id,
                endpoint=URL,
                completion_window=WINDOW,
            )
            return made.id

    purse.claim_batch(usd)
    try:
        batch = _run(settings, key, upload())
        pending.submit(keys, batch)
        purse.name_batch(batch)
    finally:
        purse.close()
    return batch


def status(settings: Llm, store: Store) -> list[Job]:
    """Return the batches that are under way, as the endpoint sees them."""
    key = read_key(settings)

    async def look() -> list[Job]:
        async with connect(settings, key) as api:
            return [await _job(api, batch) for batch in Pending(store).batches()]

    return _run(settings, key, look())


def fetch(settings: Llm, store: Store) -> list[tuple[Job, Imported]]:
    """Store the replies of all batches that are over; return what became of each."""
    key = read_key(settings)
    pending, purse = Pending(store), Purse(store, settings)

    async def get() -> list[tuple[Job, list[bytes]]]:
        found = []
        async with connect(settings, key) as api:
            for batch in pending.batches():
                job = await _job(api, batch)
                if job.status in OVER:
                    contents = [(await api.files.content(name)).content for name in job.files]
                    found.append((job, contents))
        return found

    results = []
    for job, contents in _run(settings, key, get()):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / job.id
            file.write_bytes(b"\n".join(contents))
            imported = load(store, file)
        problems = [line.removeprefix(f"{folder}/") for line in imported.problems]
        pending.end(job.id)
        purse.release_batch(job.id)
        results.append((job, imported._replace(problems=problems)))
    return results


async def _job(api: openai.AsyncOpenAI, batch: str) -> Job:
    found = await api.batches.retrieve(batch)
    counts = found.request_counts
    done, failed, total = (counts.completed, counts.failed, counts.total) if counts else (0, 0, 0)
    files = [name for name in (found.output_file_id, found.error_file_id) if name]
    return Job(found.id, found.status, done, failed, total, files)


def _worst_usd(price: Prices, entries: list[Entry]) -> float:
    if not price.known:
        return 0.0
    tokens = [(one.worst_prompt_tokens, one.worst_completion_tokens) for one in entries]
    return price.batch_share * sum(price.usd(prompt, out) for prompt, out in tokens)


def _ids(file: Path) -> list[str]:
    try:
        return [json.loads(line)["custom_id"] for line in file.read_text("utf-8").splitlines()]
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file}: found {error}, expected what batch export writes") from error


def _run(settings: Llm, key: str, asking: Coroutine[Any, Any, Result]) -> Result:
    try:
        return asyncio.run(asking)
    except openai.OpenAIError as error:
        said = " ".join(str(error).split()).replace(key, "[key]")
        raise InputError(f"{settings.base_url}: {said[:200]}") from error
