"""What params.yaml says of fetching: the section `fetch`, and `dataset` of each task.

A dataset is data, not code: a further one is a further entry, of one of the shapes that are
described here.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synthgap.fetch.source import Asked
from synthgap.floor.params import Section, Unique

Text = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(gt=0, lt=1)]
OwnFile = Annotated[str, Field(pattern=r"^[a-z0-9_]+\.jsonl$")]
Splits = Annotated[list[Text], Field(min_length=1), Unique]


class Fetch(Section):
    """The `fetch` section of params.yaml."""

    source: Asked
    mirror: Text | None  # a folder laid out like the hub, from the repository's root
    pool_share: Share  # of the training texts, for few-shot examples only
    test_share: Share  # of a dataset that has no test split of its own
    train_per_label: Annotated[int, Field(gt=0)] | None  # times the number of labels; null: all
    test_rows: Annotated[int, Field(gt=0)] | None  # at most; null: all
    voted_rows: Annotated[int, Field(ge=0)]  # at most, texts with votes outside the test set
    seed: Annotated[int, Field(ge=0)]


class Files(Section):
    """The data files of a dataset on the hub whose card there does not name them.

    `datasets` runs no loading scripts any more: what still comes with one is read file by file.
    """

    format: Literal["csv", "json", "parquet"]
    paths: dict[str, dict[Text, Text]]  # by config and split; `archive.zip::member` for a member
    # what the format's reader is told
    options: dict[str, bool | int | str | list[str] | None] = Field(default_factory=dict)


class VotesInColumn(Section):
    """A column of the table lists the labels that the raters gave, one a rater."""

    kind: Literal["column"]
    column: Text


class Band(Section):
    """A config of the dataset that holds the texts with at least this agreement."""

    config: Text
    agreement: Annotated[float, Field(gt=0, le=1)]


class VotesInBands(Section):
    """No votes, but nested configs: a text's agreement is that of its highest band."""

    kind: Literal["bands"]
    bands: Annotated[list[Band], Field(min_length=1)]


class VotesOfAnnotators(Section):
    """A table of its own in the mirror, one column an annotator; the hub has none."""

    kind: Literal["annotators"]
    mirror: Text
    config: Text | None = None
    split: Text
    text: Text
    label: Text  # the original label
    annotators: Splits


class VotesOfRaters(Section):
    """A config with one row a rater and text, and a column of 0 and 1 for each name.

    A rater's vote counts where exactly one of the task's labels is marked.
    """

    kind: Literal["raters"]
    config: Text
    split: Text
    id: Text  # the column that names the text, in both tables


Votes = Annotated[
    VotesInColumn | VotesInBands | VotesOfAnnotators | VotesOfRaters, Field(discriminator="kind")
]


class Dataset(Section):
    """`tasks.<task>.dataset`: where a task's human texts are, and how their rows are read."""

    file: OwnFile | None = None  # a table in data/own, as `synthgap add-task` writes it
    hub: Text | None = None  # the id on the hub
    revision: Text | None = None  # a commit, branch or tag of the hub; null: the newest
    hub_files: Files | None = None
    mirror: Text | None = None  # the path inside the mirror, if it is not the hub's id
    config: Text | None = None
    train: Splits
    test: Splits | None = None  # null: fetch.test_share of the training rows
    text: Text
    label: Text
    names: Annotated[dict[Text, Text], Field(min_length=2)]  # the data's names to the labels
    votes: Votes | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        places = (self.hub, self.mirror, self.config, self.revision, self.hub_files)
        if self.file and any(place is not None for place in places):
            raise ValueError("expected either a file or a place on the hub or in the mirror")
        if self.file and not isinstance(self.votes, VotesInColumn | None):
            raise ValueError("expected the votes of a file to be of the kind column")
        if not self.file and self.hub is None and self.mirror is None:
            raise ValueError("expected a file, a hub id or a path inside the mirror")
        if both := set(self.train) & set(self.test or []):
            raise ValueError(f"the split {min(both)!r} is for both training and testing")
        return self
