"""The command line: the few things that are not stages.

Modules are imported inside the commands, so that `synthgap --help` answers at once.
"""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from synthgap.export.command import export_model
from synthgap.generate import commands
from synthgap.generate.commands import Debug, one_line
from synthgap.judge import commands as judging
from synthgap.lanes.command import repro
from synthgap.own.command import add_task

app = typer.Typer(
    help="Can LLM-written text replace human-labelled training data, how much is lost, and why?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _start() -> None:
    # Labels and texts are of any script, a terminal's encoding may know one: show the rest escaped.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


app.command()(commands.check)
app.command()(repro)
app.command()(add_task)
app.command()(export_model)
app.add_typer(commands.recordings, name="recordings")
app.add_typer(commands.batch, name="batch")
app.command()(judging.judge)
app.command()(judging.annotate)


@app.command()
def plan(debug: Debug = False) -> None:
    """Check the whole of params.yaml, and say what the study consists of."""
    from synthgap import check, training
    from synthgap.generate import forecast, scripts
    from synthgap.tell import terminal

    with one_line(debug):
        checked = check.check()
        parts = scripts.parts(commands.POOL)
        scripts.check_corpora(parts, commands.CORPORA)
        needed = list(forecast.lines(parts))
        needed += training.lines(checked.study, checked.models)
    for warning in checked.warnings:
        typer.echo(f"synthgap: {warning}", err=True)
    for line in [*terminal.plan(checked.study), *needed]:
        typer.echo(line)


@app.command()
def verdicts(
    summary: Annotated[Path, typer.Option(help="What `summarize` wrote.")] = Path(
        "metrics/summary.json"
    ),
    page: Annotated[Path, typer.Option(help="The page to point to.")] = Path("metrics/summary.md"),
    figure: Annotated[Path, typer.Option(help="The figure to point to.")] = Path(
        "plots/figures/scores.png"
    ),
    report: Annotated[Path, typer.Option(help="The report to point to, last.")] = Path(
        "plots/report.html"
    ),
    debug: Debug = False,
) -> None:
    """Show what replacing human texts loses, task by task."""
    from rich.console import Console

    from synthgap.tell import summary as told
    from synthgap.tell import terminal

    with one_line(debug):
        whole = told.read(summary)
    # A pipe has no width of its own; wide enough for long names of tasks.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    console.print(terminal.verdicts(whole))
    for path in (page, figure, report):
        if path.is_file():
            typer.echo(path)


@app.command()
def compare(
    revision: Annotated[str, typer.Argument(help="A commit, branch or tag, such as main.")],
    debug: Debug = False,
) -> None:
    """Say in Markdown what the study's results are now, and were at a revision."""
    from synthgap import compare as comparing

    with one_line(debug):
        typer.echo(comparing.compare(revision), nl=False)
