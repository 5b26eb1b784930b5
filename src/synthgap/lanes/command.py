"""`synthgap repro`: what `dvc repro` does, with several stages side by side.

Modules are imported inside the command, so that `synthgap --help` answers at once.
"""

from typing import Annotated

import typer

from synthgap.generate.commands import Debug, one_line


def repro(
    lanes: Annotated[
        int | None,
        typer.Option(
            min=1, help="Stages at a time; else one more than cores if memory allows, two on a GPU."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """Run what is out of date, like `dvc repro`, but several stages side by side."""
    from synthgap.floor import params
    from synthgap.lanes import graph, running

    with one_line(debug):
        if params.read("generate.backend", str) == "api":
            # The budget, the limits of rate and the progress of asking are one process's.
            running.alone("generate_zero_shot", "generate_few_shot")
        due = graph.due()
        if due:
            running.run(due, lanes or running.lanes_here())
        else:
            typer.echo("Data and pipelines are up to date.")
