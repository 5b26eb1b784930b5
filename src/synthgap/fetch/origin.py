"""What hub and mirror have in common: tables of datasets, column by column."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from synthgap.fetch.settings import Files

Columns = dict[str, list[Any]]


class Place(NamedTuple):
    """Where a table is: one config of a dataset."""

    hub: str | None
    mirror: str | None
    config: str | None
    revision: str | None = None
    files: Files | None = None


class Origin(Protocol):
    """Somewhere that datasets come from."""

    revision: str | None
    """The commit that was read, where there are commits."""

    digests: dict[str, str]
    """The SHA-256 of each file that was read, where there are no commits."""

    def absence(self, place: Place) -> str | None:
        """Return why this origin does not have the table, None if it should."""
        ...

    def load(self, place: Place, splits: Sequence[str], columns: Sequence[str]) -> list[Columns]:
        """Return the columns of each split.

        Raises:
            InputError: the table, a split or a column is not there, or cannot be read.
        """
        ...
