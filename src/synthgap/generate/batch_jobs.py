"""Batches at the endpoint: submitted, looked at, fetched and given up.

Nothing is retried here: a batch that was made though the answer was lost would be paid twice. All
commands can be given again. Each batch stands alone: one that is not to be had keeps no other one
back.
"""

from pathlib import Path
from typing import NamedTuple

from synthgap.floor.errors import InputError
from synthgap.generate.batch import Imported, lines, read, take
from synthgap.generate.batch_api import BatchApi, Job, Unknown
from synthgap.generate.exchange import parse_json
from synthgap.generate.llm import Llm, Prices
from synthgap.generate.money import Purse
from synthgap.generate.pending import Pending, request_of
from synthgap.generate.store import Entry, Store


class Seen(NamedTuple):
    """The batches under way."""

    jobs: list[Job]
    problems: list[str]
    """One line for each that the endpoint says nothing of."""


class Fetched(NamedTuple):
    """What became of the batches under way."""

    over: list[tuple[Job, Imported]]
    problems: list[str]
    """One line for each that could not be fetched, and is still under way for us."""


def submit(settings: Llm, store: Store, file: Path) -> str:
    """Return the id of the batch that a file of requests was submitted as.

    Raises:
        InputError: the file is not one of ours, holds what is paid already, or the endpoint does
            not take it.
    """
    api, pending, purse = BatchApi(settings), Pending(store), Purse(store, settings)
    entries = _entries(file, pending)
    if answered := sum(store.get(request_of(one)) is not None for one in entries):
        raise InputError(
            f"{file}: {answered} of its requests are answered already, expected none: export again"
        )
    if again := {one.key for one in entries} & pending.submitted():
        raise InputError(f"{file}: {len(again)} of its requests are in a batch already")
    usd = _worst_usd(settings.price, entries)
    purse.claim_batch(usd)
    try:
        batch = api.submit(file)
        pending.submit([one.key for one in entries], batch)
        purse.name_batch(batch)
    finally:
        purse.close()
    return batch


def status(settings: Llm, store: Store) -> Seen:
    """Return the batches that are under way, as the endpoint sees them.

    Raises:
        InputError: there is no key.
    """
    api, seen = BatchApi(settings), Seen([], [])
    for batch in Pending(store).batches():
        try:
            seen.jobs.append(api.job(batch))
        except InputError as error:
            seen.problems.append(_problem(batch, error))
    return seen


def fetch(settings: Llm, store: Store) -> Fetched:
    """Store the replies of all batches that are over; return what became of each.

    Raises:
        InputError: there is no key.
    """
    api, fetched = BatchApi(settings), Fetched([], [])
    for batch in Pending(store).batches():
        try:
            job = api.job(batch)
            if job.over:
                fetched.over.append((job, _take(api, store, job)))
                _end(settings, store, batch)
        except InputError as error:
            fetched.problems.append(_problem(batch, error))
    return fetched


def forget(settings: Llm, store: Store, batch: str) -> None:
    """Give up a batch that the endpoint does not know any more, or whose files it does not know.

    What is still to be had of it is stored first; the rest may be asked again.

    Raises:
        InputError: there is no such batch, it is not over, or the endpoint cannot be asked.
    """
    api, known = BatchApi(settings), Pending(store).batches()
    if batch not in known:
        named = ", ".join(known) or "none is"
        raise InputError(f"{batch}: found no such batch under way, expected one that is ({named})")
    try:
        job = api.job(batch)
        if not job.over:
            raise InputError(
                f"{batch}: found {job.status}, expected a batch that the endpoint does not know "
                "any more: its replies are still to come"
            )
        _take(api, store, job)
    except Unknown:
        pass  # this is what it is given up for
    _end(settings, store, batch)


def _take(api: BatchApi, store: Store, job: Job) -> Imported:
    """Store what a batch has brought, file by file: a file that is lost takes no other with it."""
    parts = [take(store, api.content(name), job.id, api.key) for name in job.files]
    return Imported(
        sum(part.stored for part in parts),
        sum(part.known for part in parts),
        [line for part in parts for line in part.problems],
    )


def _end(settings: Llm, store: Store, batch: str) -> None:
    # In this order: a batch that is cut off between the two is fetched once more.
    Purse(store, settings).release_batch(batch)
    Pending(store).end(batch)


def _problem(batch: str, error: InputError) -> str:
    if not isinstance(error, Unknown):
        return f"{batch}: {error}"
    return (
        f"{batch}: {error}; if llm.base_url and the key are those that it was submitted with, "
        f"`synthgap batch forget {batch}` gives it up"
    )


def _worst_usd(price: Prices, entries: list[Entry]) -> float:
    if not price.known:
        return 0.0
    tokens = [(one.worst_prompt_tokens, one.worst_completion_tokens) for one in entries]
    return price.batch_share * sum(price.usd(prompt, out) for prompt, out in tokens)


def _entries(file: Path, pending: Pending) -> list[Entry]:
    entries = []
    for number, line in lines(read(file)):
        try:
            name = parse_json(line)["custom_id"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{file}, line {number}: found no custom_id, expected what batch export writes"
            ) from error
        found = pending.get(str(name))
        if found is None:
            raise InputError(f"{file}: custom_id {name!r} was not written by batch export")
        entries.append(found)
    if not entries:
        raise InputError(f"{file}: found no requests, expected what batch export writes")
    return entries
