"""What is asked of a writer of texts, and what it answers: the same for every backend."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from synthgap.generate.prompts import Wording


class Example(NamedTuple):
    """A human text of the pool."""

    id: str
    text: str
    label: str


class Brief(NamedTuple):
    """What one source of one task is to be written from."""

    task: str
    source: str
    labels: list[str]
    wording: Wording
    pool: list[Example]
    """Empty where no examples are shown."""


class Candidate(NamedTuple):
    """A text as it was written, before anything is known of its worth."""

    id: str
    """Unique in its source, and the same in every run."""
    text: str
    """Without white space around it."""
    label: str
    model: str
    prompt_sha256: str
    reply: int
    position: int
    """Of the text in the reply, from 0."""
    example_ids: list[str]
    """The human texts that its request showed."""
    fault: str | None = None
    """Why the whole reply is of no use, where that is known before its text is looked at."""


class Backend(Protocol):
    """A writer of texts."""

    place: str
    """Where its texts come from, for messages."""

    def write(self, wanted: Mapping[str, int]) -> list[Candidate]:
        """Return further candidates, in an order that is the same in every run.

        Args:
            wanted: how many more texts each label needs. A backend may return more or fewer;
                none at all means that it has no more to give.
        """
        ...
