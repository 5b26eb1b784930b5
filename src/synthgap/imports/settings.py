"""What params.yaml says of a corpus that was made elsewhere: an entry of its section `imports`."""

from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field

from synthgap.floor.params import Name, Section
from synthgap.floor.plan import REAL

WRITTEN_HERE = (REAL, "zero_shot", "few_shot")
"""The sources that the pipeline makes itself."""

Text = Annotated[str, Field(min_length=1)]


def _check_source(name: str) -> str:
    if name in WRITTEN_HERE:
        raise ValueError(f"expected a name of its own: {', '.join(WRITTEN_HERE)} are made here")
    return name


def _check_path(path: str) -> str:
    # The stage's command has it in single quotes.
    if "'" in path:
        raise ValueError("expected a path without a single quote")
    return path


class Import(Section):
    """One file of texts for one task; entries of several tasks may share a source."""

    task: Name
    source: Annotated[Name, AfterValidator(_check_source)]
    """What `study.sources` calls it."""
    path: Annotated[Text, AfterValidator(_check_path)]
    """From the repository's root: CSV, TSV, JSON Lines or Parquet."""
    text: Text
    """The column of the texts."""
    label: Text
    """The column of the labels."""
    names: dict[Text, Text] | None = None
    """From the file's names of the labels to the task's; null: they are the same."""
    per_label: Annotated[int, Field(gt=0)] | None = None
    """Texts of each label, exactly; null: all that are of use."""


Words = Annotated[int, Field(ge=1)]
Similarity = Annotated[float, Field(ge=0.5, le=1)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]


class Limits(NamedTuple):
    """What makes a text useless: settings of `generate`, the same as for texts written here."""

    min_words: int
    max_words: int
    near_repeat: float
    seed: int
