"""Questions that a language model answers with a word, and that are asked again if it does not.

Unlike conversations they have one turn, and nothing is lost where an answer cannot be read: after
`TRIES` replies the question stays without an answer, and whoever asked says so.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

from synthgap.generate.dialogue import texts_in
from synthgap.generate.exchange import FIRST_QUESTION, Reply, Request
from synthgap.generate.forecast import Known, Need
from synthgap.generate.llm import Llm

TRIES = 3
"""Replies to one question, each with a seed of its own."""

SHORT = 4.0
"""Tokens in a word or two, where nothing is known of a model's answers."""


class Question(NamedTuple):
    """What is asked, and what counts as an answer."""

    names: tuple[str, ...]
    """Tell it from all others: its requests' seeds follow from them, and from nothing else, so that
    a further judge, text or vote changes no request of the others."""
    text: str
    read: Callable[[str], str | None]
    """The answer in a reply; None where there is none."""


class Inquiry:
    """A question on its way to an answer."""

    def __init__(self, question: Question, llm: Llm) -> None:
        self.answer: str | None = None
        self.replies: list[Reply] = []
        self._question, self._llm = question, llm

    @property
    def due(self) -> bool:
        """Whether it is still to be asked."""
        return self.answer is None and len(self.replies) < TRIES

    @property
    def request(self) -> Request:
        """The request that is due."""
        names = json.dumps([self._llm.seed, *self._question.names, len(self.replies)])
        drawn = int.from_bytes(hashlib.sha256(names.encode()).digest()[:7])
        return Request(
            model=self._llm.model or "",
            messages=(("user", self._question.text),),
            sampling=self._llm.sampling(),
            seed=None if self._llm.seed is None else drawn % 2**31,
            sample=FIRST_QUESTION + drawn,
        )

    def take(self, reply: Reply) -> None:
        """Read the reply to the request that is due."""
        (text,), fault = texts_in(reply, 1)
        self.replies.append(reply)
        self.answer = None if fault else self._question.read(text)


def need(inquiries: Sequence[Inquiry], known: Known, limit: int) -> Need:
    """Return what is still to be asked for, if every answer can be read from here on.

    Args:
        inquiries: with the replies that are there.
        known: of a model's answers.
        limit: tokens of a reply at most.
    """
    due = [one.request.likely_tokens for one in inquiries if one.due]
    tokens = known.completion_tokens or min(float(limit), SHORT)
    return Need(len(due), sum(due), len(due) * tokens, len(due) * limit)
