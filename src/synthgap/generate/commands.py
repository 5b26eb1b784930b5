"""What the command line offers around language models: check, recordings and batch.

Modules are imported inside the commands, so that `synthgap --help` answers at once.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synthgap.floor.errors import InputError

if TYPE_CHECKING:
    from synthgap.generate.batch import Imported
    from synthgap.generate.batch_api import Job
    from synthgap.generate.llm import Llm
    from synthgap.generate.scripts import Part
    from synthgap.generate.store import Store

recordings = typer.Typer(help="Move replies between machines.", no_args_is_help=True)
batch = typer.Typer(help="Ask in batch files, at lower prices.", no_args_is_help=True)

Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of bad input.")]
Pool = Annotated[Path, typer.Option(help="The folder of human examples.")]
POOL = Path("data/pool")
CORPORA = Path("data/corpora")


def check(debug: Debug = False) -> None:
    """Ask the endpoint of the `llm` section for one token, and say what is wrong."""
    from synthgap.generate import doctor

    with one_line(debug):
        typer.echo(doctor.check(_settings()))


@recordings.command("export")
def export_recordings(file: Path, debug: Debug = False) -> None:
    """Write all replies of the store to a file, without prompts, keys and host names."""
    from synthgap.generate import recordings as kept

    with one_line(debug), closing(_store()) as store:
        typer.echo(f"{file}: {kept.export(store, file)} replies")


@recordings.command("import")
def import_recordings(file: Path, debug: Debug = False) -> None:
    """Take the replies of a file into the store; what is there stays."""
    from synthgap.generate import recordings as kept

    with one_line(debug), closing(_store()) as store:
        new, found = kept.load(store, file)
        typer.echo(f"{file}: {found} replies, {new} of them new")


@batch.command("export")
def export_batch(file: Path, pool: Pool = POOL, debug: Debug = False) -> None:
    """Write what the store lacks as OpenAI Batch API JSON Lines: each conversation's next turn."""
    from synthgap.generate import batch as files
    from synthgap.generate import scripts

    with one_line(debug), closing(_store()) as store:
        parts = scripts.parts(pool)
        _check_pools(parts, pool)
        done = files.export([part.script for part in parts], store, file)
        typer.echo(
            f"{file}: {done.written} requests ({done.waiting} more are in batches under way, "
            f"{done.left} more do not fit)"
        )


@batch.command("import")
def import_batch(file: Path, debug: Debug = False) -> None:
    """Take the replies of a result file into the store, and say what else stands in it."""
    from synthgap.generate import batch as files

    with one_line(debug), closing(_store()) as store:
        _say(str(file), files.load(store, file))


@batch.command("submit")
def submit_batch(file: Path, debug: Debug = False) -> None:
    """Upload a file of requests, and start a batch of them."""
    from synthgap.generate import batch_jobs

    with one_line(debug), closing(_store()) as store:
        typer.echo(f"batch {batch_jobs.submit(_settings(), store, file)}")


@batch.command("status")
def batch_status(debug: Debug = False) -> None:
    """Say how far the batches under way are."""
    from synthgap.generate import batch_jobs

    with one_line(debug), closing(_store()) as store:
        seen = batch_jobs.status(_settings(), store)
        for job in seen.jobs:
            typer.echo(f"{job.id}: {job.status}, {job.done} of {job.total}, {job.failed} failed")
            _say_why(job)
        if not (seen.jobs or seen.problems):
            typer.echo("no batch is under way")
        _fail(seen.problems)


@batch.command("fetch")
def fetch_batch(debug: Debug = False) -> None:
    """Take the replies of all batches that are over into the store."""
    from synthgap.generate import batch_jobs

    with one_line(debug), closing(_store()) as store:
        fetched = batch_jobs.fetch(_settings(), store)
        for job, imported in fetched.over:
            _say(f"{job.id} ({job.status})", imported)
            _say_why(job)
        if not (fetched.over or fetched.problems):
            typer.echo("no batch is over")
        _fail(fetched.problems)


@batch.command("forget")
def forget_batch(name: Annotated[str, typer.Argument(metavar="ID")], debug: Debug = False) -> None:
    """Give up a batch that the endpoint does not know any more: it may be asked again."""
    from synthgap.generate import batch_jobs

    with one_line(debug), closing(_store()) as store:
        batch_jobs.forget(_settings(), store, name)
        typer.echo(f"{name}: given up, what it has not answered may be asked again")


def _settings() -> "Llm":
    from synthgap.floor import params
    from synthgap.generate.llm import Llm

    settings: Llm = params.read("llm", Llm)
    return settings


def _store() -> "Store":
    from synthgap.generate.store import Store, default_file

    return Store(default_file())


def _check_pools(parts: list["Part"], pool: Path) -> None:
    for part in parts:
        if not part.examples_are_known:
            task = part.script.brief.task
            raise InputError(
                f"{pool / f'{task}.jsonl'}: no such file, expected human examples of few_shot: "
                f"run `dvc repro fetch_real@{task}` first"
            )


def _say(name: str, imported: "Imported") -> None:
    typer.echo(f"{name}: {imported.stored} replies stored, {imported.known} were there before")
    for problem in imported.problems:
        typer.echo(problem, err=True)
    if imported.problems:
        typer.echo(f"{len(imported.problems)} lines gave no reply: export again", err=True)


def _say_why(job: "Job") -> None:
    if job.reasons:
        typer.echo(f"{job.id}: the endpoint says: {job.reasons}", err=True)


def _fail(problems: list[str]) -> None:
    """End with status 1 where there are any, each in its line."""
    for problem in problems:
        typer.echo(f"synthgap: {problem}", err=True)
    if problems:
        raise typer.Exit(1)


@contextmanager
def one_line(debug: bool) -> Iterator[None]:
    """Say in one line what is wrong with what came in, and end with status 1."""
    try:
        yield
    except InputError as error:
        if debug:
            raise
        typer.echo(f"synthgap: {error}", err=True)
        raise typer.Exit(1) from error
