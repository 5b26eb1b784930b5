"""`synthgap add-task`: a user's labelled texts become a task of the study.

Modules are imported inside the command, so that `synthgap --help` answers at once.
"""

from pathlib import Path
from typing import Annotated

import typer

from synthgap.floor.errors import InputError


# Its signature is its command line.
def add_task(  # noqa: PLR0913
    name: Annotated[str, typer.Argument(help="Of the task: lower-case letters, digits, _.")],
    file: Annotated[
        str,
        typer.Argument(
            help="CSV, TSV, JSON Lines, Parquet, Excel, or a hub's owner/name[:config]."
        ),
    ],
    text: Annotated[str, typer.Option(help="The column of texts.")],
    label: Annotated[str, typer.Option(help="The column of labels.")],
    votes: Annotated[str, typer.Option(help="Columns of votes, with commas between.")] = "",
    votes_long: Annotated[
        Path | None, typer.Option(help="A table of votes: id, rater, label; needs --id.")
    ] = None,
    id_column: Annotated[str | None, typer.Option("--id", help="The column of ids.")] = None,
    test: Annotated[str | None, typer.Option(help="A further file, of test texts.")] = None,
    split: Annotated[str | None, typer.Option(help="The column that says train or test.")] = None,
    describe: Annotated[
        list[str] | None, typer.Option(help="label=what it means; for each label once.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of the file, if the guess is wrong.")
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="Of the columns, if the guess is wrong; or tab.")
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Add the task to study.tasks.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a task of this name.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of bad input.")
    ] = False,
) -> None:
    """Make a task of your own labelled texts: look at them, store them, propose prompts."""
    from synthgap.own import adding
    from synthgap.own.request import Columns, Hints, Request

    try:
        columns = Columns(text, label, _names(votes), split, id_column)
        descriptions = adding.descriptions(describe or [])
        request = Request(
            name, file, columns, Hints(encoding, delimiter), test, votes_long, descriptions
        )
        offer = adding.offer(request, plan=plan)
        if offer.replaces and not force:
            adding.show_dry(offer)
        else:
            adding.write(offer)
    except InputError as error:
        if debug:
            raise
        typer.echo(f"synthgap: {error}", err=True)
        raise typer.Exit(1) from error
    if offer.replaces and not force:
        raise typer.Exit(1)


def _names(columns: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in columns.split(",") if name.strip())
