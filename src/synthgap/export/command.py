"""What the command line offers of this: export-model."""

from pathlib import Path
from typing import Annotated

import typer

from synthgap.floor.errors import InputError
from synthgap.generate.commands import Debug, one_line


def export_model(
    task: str,
    source: str,
    model: str,
    out: Annotated[Path, typer.Argument(help="A new folder.")],
    debug: Debug = False,
) -> None:
    """Train a cell's first seed again, and write it as a folder that transformers loads."""
    with one_line(debug):
        typer.echo(_export(task, source, model, out))


def _export(task: str, source: str, model: str, out: Path) -> str:
    from synthgap.export import card as cards
    from synthgap.export import cell, study

    if out.exists():
        raise InputError(f"{out}: is there already, expected a new folder")
    given = study.read(task, source, model)
    made = cell.export(given.settings, given.training, given.labels, given.seeds[0], given.texts)
    cell.write(made, cards.text(given), out)
    same = sum(one == other for one, other in zip(made.predicted, given.predicted, strict=True))
    return (
        f"{out}: predicts {same} of {len(given.texts)} test texts as the study's seed "
        f"{given.seeds[0]} did"
    )
