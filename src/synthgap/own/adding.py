"""The steps from a request to a task: read, look, propose, show, and then write."""

import difflib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from synthgap.fetch.own import FOLDER
from synthgap.fetch.settings import Fetch
from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.own import ahead, edit, look, propose, read, rows, show, store, votes
from synthgap.own.look import Look
from synthgap.own.request import Request
from synthgap.own.rows import TEST, TRAIN, Rows


class Offer(NamedTuple):
    """All that adding a task would write, and what is to be said of it."""

    name: str
    place: str
    about: str
    rows: Rows
    look: Look
    before: str
    """params.yaml as it is."""
    after: str
    replaces: bool
    """There is a task or a table of this name."""
    undescribed: list[str]
    ahead: list[str]
    """The next commands, with what they cost."""

    @property
    def file(self) -> Path:
        """Where the table goes."""
        return FOLDER / f"{self.name}.jsonl"


def offer(request: Request, plan: bool) -> Offer:
    """Return what adding the task would write; nothing is written yet.

    Args:
        request: the task.
        plan: whether the task also enters study.tasks.

    Raises:
        InputError: the name, a file, its rows or params.yaml are not what they must be.
    """
    name = request.name
    _check(request)
    before = _params_text()
    settings: Fetch = params.read("fetch", Fetch)
    found, about = _rows(request)
    seen = look.look(found, request.file, settings.test_share)
    _check_described(request, seen.labels)
    file = f"{name}.jsonl"
    old = edit.tasks_of(before).get(name)
    has_test = any(split == TEST for split in found.splits)
    task = propose.Task(name, file, seen, has_test, request.descriptions)
    entry = propose.entry(task, old, edit.above_prompt(before, name))
    after = edit.with_task(before, name, entry)
    if plan:
        after = edit.with_plan(after, name)
    descriptions = edit.tasks_of(after)[name]["prompt"]["descriptions"]
    return Offer(
        name=name,
        place=request.file,
        about=about,
        rows=found,
        look=seen,
        before=before,
        after=after,
        replaces=old is not None or (FOLDER / file).exists(),
        undescribed=[one for one in seen.labels if descriptions[one] == propose.described(one)],
        ahead=list(ahead.lines(after, name)),
    )


def show_dry(offer: Offer) -> None:
    """Show what was found, and what would be overwritten by what."""
    show_found(offer)
    console = _console()
    diff = difflib.unified_diff(
        offer.before.splitlines(), offer.after.splitlines(), "params.yaml", "new", n=1, lineterm=""
    )
    for line in diff:
        console.print(line, markup=False)
    console.print(
        f"Nothing was written: the task {offer.name} is there already. --force replaces its data "
        "and labels, and keeps its wordings.",
        style="bold",
    )


def write(offer: Offer) -> None:
    """Show what was found, write the table and the params, and say what comes next.

    Raises:
        InputError: DVC refuses the table.
    """
    show_found(offer)
    store.store(offer.rows, offer.file, offer.after)
    console = _console()
    console.print(f"Written: {offer.file}, {offer.file}.dvc, tasks.{offer.name} in {params.FILE}")
    if offer.undescribed:
        labels = ", ".join(offer.undescribed[:10])
        console.print(f"To edit: what the labels mean ({labels}), and the wordings", markup=False)
    for line in offer.ahead:
        console.print(line, markup=False)


def descriptions(given: Sequence[str]) -> dict[str, str]:
    """Return descriptions by label, from `label=description`.

    Raises:
        InputError: there is no label, no description, or a label twice.
    """
    found: dict[str, str] = {}
    for one in given:
        label, equals, description = (part.strip() for part in one.partition("="))
        if not (label and equals and description) or label in found:
            raise InputError(
                f"--describe: found {one!r}, expected label=description, each label once"
            )
        found[label] = description
    return found


def _check(request: Request) -> None:
    name, columns = request.name, request.columns
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise InputError(
            f"NAME: found {name!r}, expected lower-case letters, digits and underscores"
        )
    if columns.text == columns.label:
        raise InputError(f"--label: found {columns.label!r} as for --text, expected another column")
    if request.test is not None and columns.split is not None:
        raise InputError("--split: found it beside --test, expected one of them")
    if request.votes_long is not None and (columns.votes or columns.id is None):
        raise InputError("--votes-long: expected --id with it, and no --votes")


def _rows(request: Request) -> tuple[Rows, str]:
    columns, hints = request.columns, request.hints
    wanted = columns.wanted()
    tables = [(read.read(request.file, wanted, hints), TRAIN)]
    if request.test is not None:
        # A dataset's own training texts are none to test on, nor were they asked for.
        tables.append((read.read(request.test, wanted, hints, splits=[TEST]), TEST))
    found = [rows.of_table(table, columns, split) for table, split in tables]
    labels = {label for part in found for label in part.labels if label}
    given: list[list[str]] = []
    if request.votes_long is not None:
        names = [name for table, _ in tables for name in table.columns[columns.id or ""]]
        texts = votes.ids(names, request.file)
        given = votes.in_table(texts, request.votes_long, hints, labels)
    elif columns.votes:
        given = [row for table, _ in tables for row in votes.in_columns(table, columns, labels)]
    whole = rows.joined(found)
    about = "; ".join(dict.fromkeys(table.about for table, _ in tables))
    return whole._replace(votes=given or whole.votes), about


def _check_described(request: Request, labels: Sequence[str]) -> None:
    for label in request.descriptions:
        if label not in labels:
            raise InputError(
                f"--describe: found the label {label!r}, expected one of {list(labels)[:20]}"
            )


def _params_text() -> str:
    from synthgap import check

    check.check()
    # With the line ends that it has.
    return params.FILE.read_bytes().decode("utf-8")


def show_found(offer: Offer) -> None:
    """Show what was found."""
    _console().print(show.found(offer.look, offer.place, offer.about))


def _console() -> Console:
    # A pipe has no width of its own.
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 120)
