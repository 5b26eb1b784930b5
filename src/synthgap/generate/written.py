"""The backends that a language model writes for: what to ask next, until there is enough.

The requests of a label form one fixed sequence: conversation by conversation, turn by turn, where
a conversation that ended early has fewer. Any run asks for a beginning of it, as long as is
needed and no longer; 120 texts therefore need what 100 needed, and some more.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, fsum
from typing import Any, Protocol

from synthgap.floor.errors import InputError
from synthgap.generate.backend import Candidate
from synthgap.generate.dialogue import Conversation, Script
from synthgap.generate.exchange import Reply
from synthgap.generate.llm import Prices
from synthgap.generate.store import Replies


class Asker(Protocol):
    """Who leads conversations."""

    place: str
    """Where its replies come from, for messages."""

    def lead(
        self, conversations: Sequence[Conversation], wanted: Mapping[str, int]
    ) -> dict[Conversation, list[Candidate]]:
        """Return the texts of all turns that are due, for each conversation in its order.

        Args:
            conversations: some of whose turns are due.
            wanted: how many texts each label still needs, for showing progress.

        Raises:
            InputError: a reply is not to be had.
        """
        ...


class Written:
    """A backend: conversations are planned here, and led by an asker."""

    def __init__(self, script: Script, asker: Asker) -> None:
        if not script.llm.model:
            raise InputError("params.yaml: llm.model: found null, expected the model's name")
        self.place = asker.place
        self._script, self._asker = script, asker
        self._plans: dict[str, list[Conversation]] = {label: [] for label in script.brief.labels}

    def write(self, wanted: Mapping[str, int]) -> list[Candidate]:
        """Return the texts of so many further replies as could suffice, label by label."""
        for label, count in wanted.items():
            self._extend(label, ceil(count / self._script.settings.texts_per_reply))
        due = [one for plan in self._plans.values() for one in plan if one.due]
        texts = self._asker.lead(due, wanted)
        return [candidate for one in due for candidate in texts[one]]

    def totals(self) -> dict[str, Any]:
        """Return what all replies took that were used."""
        plans = self._plans.values()
        replies = [reply for plan in plans for one in plan for reply in one.replies]
        return totals(replies, self._script.llm.price)

    def _extend(self, label: str, count: int) -> None:
        settings, plan = self._script.settings, self._plans[label]
        needed = ceil(settings.per_label / settings.texts_per_reply)
        most = ceil(settings.max_attempts_factor * needed)
        left = min(count, most - sum(one.turn for one in plan))
        while left > 0:
            if not plan or plan[-1].ended or plan[-1].planned == settings.turns:
                plan.append(Conversation(self._script, label, len(plan)))
            turns = min(left, settings.turns - plan[-1].planned)
            plan[-1].planned += turns
            left -= turns


class Missing(InputError):
    """Replies that params ask for are not there."""

    def __init__(self, message: str, conversations: Sequence[Conversation]) -> None:
        super().__init__(message)
        self.conversations = conversations
        """Those whose turns are due."""


class Recorded:
    """Leads conversations with replies that are there already, and asks for none."""

    def __init__(self, replies: Replies, place: str) -> None:
        self.place = place
        self._replies = replies

    def lead(
        self, conversations: Sequence[Conversation], wanted: Mapping[str, int]
    ) -> dict[Conversation, list[Candidate]]:
        """Return the texts.

        Raises:
            Missing: replies are missing; the message says how many, and what to do.
        """
        texts = replay(conversations, self._replies)
        due = [one for one in conversations if one.due]
        if due:
            missing = sum(one.planned - one.turn for one in due)
            raise Missing(
                f"{self.place}: {missing} replies are missing that these params ask for, expected "
                "recordings of the same prompts, model, sampling and pool: put them there, or ask "
                "for them with generate.backend: api and `synthgap recordings export`",
                due,
            )
        return texts


def replay(
    conversations: Iterable[Conversation], replies: Replies
) -> dict[Conversation, list[Candidate]]:
    """Return the texts of the turns that are due, as far as the replies to them are there."""
    texts: dict[Conversation, list[Candidate]] = {}
    for one in conversations:
        texts[one] = []
        while one.due and (reply := replies.get(one.request)) is not None:
            texts[one] += one.take(reply)
    return texts


def totals(replies: Sequence[Reply], prices: Prices) -> dict[str, Any]:
    """Return what replies took.

    A function of what is stored, the time included, so that a run that asks for nothing reports
    the same bytes as the one that asked. What is not known of every reply is left out.
    """
    found: dict[str, Any] = {
        "requests": len(replies),
        "tries": sum(reply.tries for reply in replies),
        "seconds": fsum(reply.seconds for reply in replies if reply.seconds is not None),
    }
    counted = [
        (reply.prompt_tokens, reply.completion_tokens, reply.batch)
        for reply in replies
        if reply.prompt_tokens is not None and reply.completion_tokens is not None
    ]
    if len(counted) < len(replies):
        return found | {"requests_without_usage": len(replies) - len(counted)}
    found["prompt_tokens"] = sum(prompt for prompt, _, _ in counted)
    found["completion_tokens"] = sum(completion for _, completion, _ in counted)
    if prices.known:
        found["usd"] = fsum(
            prices.usd(prompt, completion) * (prices.batch_share if batch else 1.0)
            for prompt, completion, batch in counted
        )
    return found
