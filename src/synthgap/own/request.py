"""What `synthgap add-task` is asked for."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Hints(NamedTuple):
    """What the user knows of a file and the detection need not guess."""

    encoding: str | None = None
    delimiter: str | None = None


class Columns(NamedTuple):
    """The names of the columns that matter."""

    text: str
    label: str
    votes: tuple[str, ...] = ()
    split: str | None = None
    id: str | None = None

    def wanted(self) -> list[str]:
        """Return each column once."""
        named = [self.text, self.label, *self.votes, self.split, self.id]
        return list(dict.fromkeys(name for name in named if name is not None))


class Request(NamedTuple):
    """One task to be added."""

    name: str
    file: str
    columns: Columns
    hints: Hints
    test: str | None
    votes_long: Path | None
    descriptions: Mapping[str, str]
