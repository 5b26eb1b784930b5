"""What the command line offers around judges: judge and annotate.

Modules are imported inside the commands, so that `synthgap --help` answers at once.
"""

import logging
import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synthgap.floor.errors import InputError
from synthgap.generate.commands import POOL, Debug, one_line

if TYPE_CHECKING:
    from synthgap.generate.llm import Llm
    from synthgap.judge.questions import Inquiry, Question

JUDGMENTS = Path("data/judgments")
PANEL = Path("data/panel")
MEASURES = Path("metrics/panel")
SOURCE = Path("data/source.json")

Pool = Annotated[Path, typer.Option(help="The folder of texts for examples.")]
Examples = Annotated[int, typer.Option(min=0, help="Examples of each label that judges see.")]
Force = Annotated[bool, typer.Option("--force", help="Replace files that are there.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be asked, and stop.")]
Form = Annotated[
    Path | None, typer.Option(help="Ask nobody: write a page to print for one human judge.")
]


def judge(  # noqa: PLR0913 - its signature is its command line
    judges: Annotated[int, typer.Option(min=1, help="Independent ones, all of one model.")] = 5,
    examples: Examples = 2,
    out: Annotated[
        Path | None, typer.Option(help="The table; data/judgments/MODEL.csv by default.")
    ] = None,
    form: Form = None,
    pool: Pool = POOL,
    force: Force = False,
    dry_run: DryRun = False,
    debug: Debug = False,
) -> None:
    """Have the language model of `llm` judge which of two tasks is the more objective one."""
    with one_line(debug):
        _warn_of_sample()
        if form is not None:
            _write_form(form, examples, pool, force)
            return
        out = out or JUDGMENTS / f"{_file_name(_llm())}.csv"
        _check_free([out, out.with_suffix(".json")], force or dry_run)
        _judge(out, judges, examples, pool, dry_run)


def annotate(  # noqa: PLR0913 - its signature is its command line
    task: str,
    votes: Annotated[int, typer.Option(min=2, help="On each text, all of one model.")] = 5,
    out: Annotated[
        Path | None, typer.Option(help="The table; data/panel/TASK.parquet by default.")
    ] = None,
    metrics: Annotated[
        Path | None, typer.Option(help="What is known of it; metrics/panel/TASK.json by default.")
    ] = None,
    force: Force = False,
    dry_run: DryRun = False,
    debug: Debug = False,
) -> None:
    """Have the language model of `llm` label a task's test texts several times."""
    with one_line(debug):
        _warn_of_sample()
        out = out or PANEL / f"{task}.parquet"
        metrics = metrics or MEASURES / f"{task}.json"
        _check_free([out, metrics], force or dry_run)
        _annotate(task, votes, (out, metrics), dry_run)


def _judge(out: Path, judges: int, examples: int, pool: Path, dry_run: bool) -> None:
    from synthgap.judge import judging, listing, material

    llm, seed = _llm(), _seed()
    named = judging.names(out, judges)
    judging.check_out(out, named)
    unlisted = listing.missing(named)
    tasks = material.read_material(_tasks(), pool, examples)
    shown = {
        name: material.show(tasks, str(number), examples, seed)
        for number, name in enumerate(named, start=1)
    }
    asked = judging.questions(shown)
    inquiries = _inquire(asked.values(), llm, "judgments", dry_run)
    if dry_run:
        return
    result = judging.judged(asked, inquiries)
    # First this: a judge that is not listed counts as a person.
    listed = not unlisted or listing.add(unlisted)
    judging.write(result, judging.record(result, inquiries, llm, examples), out)
    for line in judging.told(result):
        typer.echo(line)
    if result.unread:
        typer.echo(f"{len(result.unread)} of {len(asked)} answers cannot be read, see", err=True)
        typer.echo(f"  `unread` in {out.with_suffix('.json')}", err=True)
    if not listed:
        typer.echo("params.yaml: put this line under rank_tasks, else they count as people:")
        typer.echo(listing.line(unlisted))
    elif unlisted:
        typer.echo(f"params.yaml: rank_tasks.llm_judges has {', '.join(unlisted)} now")
    typer.echo(f"{out}: {len(result.table)} judgments of {judges} judges")


def _annotate(task: str, votes: int, files: tuple[Path, Path], dry_run: bool) -> None:
    from synthgap.floor import tables
    from synthgap.judge import annotating, panel
    from synthgap.measure.agreement.panel import Session

    out, metrics = files
    llm, seed, folders = _llm(), _seed(), annotating.Folders()
    sheet = annotating.read_sheet(task, folders)
    asked = annotating.questions(sheet, votes, seed)
    if llm.temperature == 0:
        typer.echo("llm.temperature is 0: votes differ by the order of the labels at most")
    inquiries = _inquire(asked.values(), llm, f"votes on {task}", dry_run)
    if dry_run:
        return
    table = panel.votes(asked, [one.answer for one in inquiries], llm.model or "")
    unread = sum(one.answer is None for one in inquiries)
    session = Session(model=llm.model or "", votes_per_text=votes, unread=unread)
    found = annotating.measure(sheet, table, session, folders, out)
    tables.write_numbers(table, out, panel.PANEL)
    tables.write_metrics(found.model_dump(exclude_none=True), metrics)
    for line in annotating.told(found):
        typer.echo(line)
    typer.echo(f"{out}: {found.n_votes} votes on {found.n_texts} texts; see {metrics}")


def _inquire(
    questions: "Iterable[Question]", llm: "Llm", name: str, dry_run: bool
) -> "list[Inquiry]":
    """Say what asking will cost, and ask unless it is a dry run."""
    from synthgap.generate.store import Store, default_file
    from synthgap.judge import asking

    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    logging.getLogger("synthgap").setLevel(logging.INFO)
    with closing(Store(default_file())) as store:
        inquiries = asking.recall(questions, llm, store)
        for line in asking.forecast_lines(inquiries, llm, store, name):
            typer.echo(line)
        if not dry_run:
            asking.ask(inquiries, llm, store, name)
            asking.check(inquiries, name)
    return inquiries


def _write_form(file: Path, examples: int, pool: Path, force: bool) -> None:
    from synthgap.floor import seeds, tables
    from synthgap.judge import form, material
    from synthgap.judge.pairs import one_order
    from synthgap.measure.ranking.judgments import COLUMNS

    if file.suffix != ".html":
        raise InputError(f"{file}: found the ending {file.suffix!r}, expected .html")
    table, judge, seed = file.with_suffix(".csv"), file.stem, _seed()
    _check_free([file, table], force)
    tasks = material.read_material(_tasks(), pool, examples)
    pairs = one_order(list(tasks), seeds.rng(seed, "form", judge))
    shown = material.show(tasks, judge, examples, seed)
    tables.write_plain(form.page(judge, shown, pairs), file)
    tables.write_csv(form.rows(judge, pairs), COLUMNS, table)
    typer.echo(f"{file}: {len(pairs)} questions about {len(tasks)} tasks, to print")
    typer.echo(f"{table}: the same, for the answers; then move it to {JUDGMENTS}")


def _llm() -> "Llm":
    from synthgap.floor import params
    from synthgap.generate.llm import Llm

    llm: Llm = params.read("llm", Llm)
    if not llm.model:
        raise InputError(f"{params.FILE}: llm.model: found null, expected the model's name")
    return llm


def _seed() -> int:
    """Return the seed of whatever is drawn to be shown: examples, orders of labels."""
    from synthgap.floor import params
    from synthgap.generate.settings import Settings

    seed: int = params.read("generate", Settings).seed
    return seed


def _tasks() -> list[str]:
    from synthgap.floor import params
    from synthgap.floor.plan import Names

    tasks: list[str] = params.read("study.tasks", Names)
    if len(tasks) < 2:
        raise InputError(f"{params.FILE}: study.tasks: found one task, expected two to compare")
    return tasks


def _file_name(llm: "Llm") -> str:
    """Return the model's name as a file can have it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", llm.model or "").strip("-.") or "llm"


def _check_free(files: list[Path], force: bool) -> None:
    for file in files:
        if file.exists() and not force:
            raise InputError(f"{file}: is there already, expected another name, or --force")


def _warn_of_sample() -> None:
    """Say so where the texts that are shown are not human."""
    from synthgap.floor import tables

    if SOURCE.is_file() and tables.read_metrics(SOURCE).get("source") == "sample":
        typer.echo("the texts are of the sample, which a language model wrote", err=True)
