"""The plan of the study: its axes, and the cells that they span.

Stages that gather results ask the plan for the files to open and never look into a folder, where
results of cells that are no longer in the plan may still lie.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from synthgap.floor.params import Name, Section, Unique

REAL = "real"
"""The source that the others are compared with."""

Labels = Annotated[list[Annotated[str, Field(pattern=r"\S")]], Field(min_length=2), Unique]
"""A task's labels, in the order of the predicted probabilities."""

Names = Annotated[list[Name], Field(min_length=1), Unique]
Seeds = Annotated[list[Annotated[int, Field(ge=0, le=2**32 - 1)]], Field(min_length=1), Unique]
Sizes = Annotated[list[Annotated[int, Field(ge=2)]], Field(min_length=1), Unique]
"""Numbers of human texts to train on, besides all of them."""


class Study(Section):
    """The `study` section of params.yaml."""

    tasks: Names
    sources: Names
    models: Names
    seeds: Seeds
    sizes: dict[Name, Sizes] = Field(default_factory=dict)
    """By model, where a curve over the number of human texts is asked for."""


class Cell(NamedTuple):
    """One training set and one classifier of a task: what `train` fits, once a seed."""

    source: str
    model: str

    def file(self, folder: Path, suffix: str) -> Path:
        """Return where a stage keeps this cell's result inside the task's folder."""
        return folder / self.source / f"{self.model}{suffix}"


def cells(sources: list[str], models: list[str]) -> Iterator[Cell]:
    """Yield the cells of one task, source by source."""
    for source in sources:
        for model in models:
            yield Cell(source, model)
