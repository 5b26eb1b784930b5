"""Conversations with a language model, as they would be led, without leading them.

A conversation gives the request that is due and takes the reply to it; who asks (an endpoint, the
store, recordings, a batch file) is not known here. Its context sets the scene, its first request
asks for a text of a label, and each follow-up for one that is more diverse than those before.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from synthgap.floor import seeds
from synthgap.generate import filters, prompts
from synthgap.generate.backend import Brief, Candidate, Example
from synthgap.generate.exchange import Reply, Request, parse_json
from synthgap.generate.llm import Llm
from synthgap.generate.settings import Settings

FAULTS = {
    "length": "truncated",
    "limit": "truncated",
    "max_length": "truncated",
    "max_output_tokens": "truncated",
    "max_tokens": "truncated",
    "model_context_window_exceeded": "truncated",
    "model_length": "truncated",
    "token_limit": "truncated",
    "blocklist": "content_filter",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "error_toxic": "content_filter",
    "guardrail_intervened": "content_filter",
    "prohibited_content": "content_filter",
    "recitation": "content_filter",
    "safety": "content_filter",
    "sensitive": "content_filter",
    "spii": "content_filter",
    "refusal": "refusal",
    "rejected": "rejected",
}
"""Why a reply is of no use, by what endpoints call its end, in whatever case."""

UNFINISHED = "unfinished"
"""Why it is of no use where its end has another name: nobody knows that the text is whole."""

_OPEN, _CLOSE = "<think>", "</think>"
_FENCE = re.compile(r"^```\w*\n(.*)\n```$", re.DOTALL)
_LIST = {"type": "array", "items": {"type": "string"}}


class Script(NamedTuple):
    """What the conversations of one source of one task have in common."""

    brief: Brief
    settings: Settings
    llm: Llm

    @property
    def sampling(self) -> dict[str, Any]:
        """How replies are sampled, and their format where they hold several texts."""
        count = self.settings.texts_per_reply
        if count == 1:
            return self.llm.sampling()
        schema = {
            "type": "object",
            "properties": {"texts": {**_LIST, "minItems": count, "maxItems": count}},
            "required": ["texts"],
            "additionalProperties": False,
        }
        named = {"name": "texts", "strict": True, "schema": schema}
        return self.llm.sampling() | {
            "response_format": {"type": "json_schema", "json_schema": named}
        }

    def seed(self, label: str, reply: int) -> int | None:
        """Return the seed of a label's request: no two of its requests have the same."""
        if self.llm.seed is None:
            return None
        names = json.dumps([self.llm.seed, self.brief.task, self.brief.source, label])
        first = int.from_bytes(hashlib.sha256(names.encode()).digest()[:4])
        return (first + reply) % 2**31

    def examples(self, label: str, number: int) -> list[Example]:
        """Return the human texts that a conversation shows: its own draw from the label's pool."""
        pool = [example for example in self.brief.pool if example.label == label]
        names = ("examples", self.brief.task, label, str(number))
        rng = seeds.rng(self.settings.seed, *names)
        size = min(self.settings.examples, len(pool))
        return [pool[i] for i in rng.choice(len(pool), size=size, replace=False)] if pool else []

    def values(self, label: str, examples: list[Example]) -> dict[str, str]:
        """Return what the templates are filled with."""
        wording = self.brief.wording
        return {
            "label": label,
            "description": wording.descriptions[label],
            "length": wording.length,
            "examples": "\n\n".join(example.text for example in examples),
        }


class Conversation:
    """One conversation about one label, at some turn."""

    def __init__(self, script: Script, label: str, number: int) -> None:
        self.label = label
        self.planned = 0  # turns
        self.turn = 0
        self.ended = False
        self.replies: list[Reply] = []
        self._script, self._number = script, number
        self._examples = script.examples(label, number)
        self._values = script.values(label, self._examples)
        wording = script.brief.wording
        self._messages: tuple[tuple[str, str], ...] = (
            ("system", prompts.render(wording.context, self._values)),
            ("user", self._several(prompts.render(wording.request, self._values))),
        )
        self._request: Request | None = None

    @property
    def due(self) -> bool:
        """Whether a planned turn is still to come."""
        return not self.ended and self.turn < self.planned

    @property
    def request(self) -> Request:
        """The request of the turn that is due."""
        if self._request is None:
            script = self._script
            self._request = Request(
                model=script.llm.model or "",
                messages=self._messages,
                sampling=script.sampling,
                seed=script.seed(self.label, self._number * script.settings.turns + self.turn),
                sample=self._number,
            )
        return self._request

    def take(self, reply: Reply) -> list[Candidate]:
        """Return the texts in the reply to the request that is due, and go on to the next turn.

        A reply of no use ends the conversation: what follows it would be of no use either.
        """
        texts, fault = texts_in(reply, self._script.settings.texts_per_reply)
        candidates = [self._candidate(text, fault, position) for position, text in enumerate(texts)]
        usable = fault is None and any(
            text and not filters.is_refusal(text) and not filters.is_empty(text) for text in texts
        )
        follow_up = prompts.render(self._script.settings.follow_up, self._values)
        self._messages += (("assistant", reply.text), ("user", self._several(follow_up)))
        self.replies.append(reply)
        self.ended, self.turn, self._request = not usable, self.turn + 1, None
        return candidates

    def _candidate(self, text: str, fault: str | None, position: int) -> Candidate:
        script = self._script
        place = script.brief.labels.index(self.label)
        return Candidate(
            id=f"{script.brief.source}-{place}-{self._number}-{self.turn}-{position}",
            text=text,
            label=self.label,
            model=script.llm.model or "",
            prompt_sha256=self.request.key,
            reply=self._number * script.settings.turns + self.turn,
            position=position,
            example_ids=[example.id for example in self._examples],
            fault=fault,
        )

    def _several(self, request: str) -> str:
        count = self._script.settings.texts_per_reply
        if count == 1:
            return request
        several = prompts.render(self._script.settings.several, {"count": str(count)})
        return f"{request}\n\n{several}"


def texts_in(reply: Reply, count: int) -> tuple[list[str], str | None]:
    """Return the texts of a reply, and what is wrong with it as a whole.

    With a fault there is one text, the reply as it came. There may be fewer or more texts than
    were asked for: they are as good as any.

    Args:
        reply: what came.
        count: how many texts were asked for; several come as JSON.
    """
    answer = _answer(reply.text)
    text = (reply.text if answer is None else answer).strip()
    if not reply.ends_by_itself:
        return [text], FAULTS.get(reply.finish_reason.casefold(), UNFINISHED)
    if answer is None:
        return [text], "open_thought"
    if count == 1:
        return [text], None
    try:
        listed = parse_json(_FENCE.sub(r"\1", text))
    except ValueError:
        return [text], "not_json"
    listed = listed.get("texts") if isinstance(listed, Mapping) else listed
    if not isinstance(listed, list) or not listed or not all(isinstance(t, str) for t in listed):
        return [text], "not_json"
    return [
        one.encode("utf-8", "replace").decode().replace("\0", "").strip() for one in listed
    ], None


def _answer(text: str) -> str | None:
    """Return what stands behind the thoughts at the beginning; None where one is never closed.

    Some models' templates put the opening tag into the prompt, so that the reply lacks it.
    """
    while True:
        begins = text.lstrip().startswith(_OPEN)
        thought, closed, rest = text.partition(_CLOSE)
        if not closed or (_OPEN in thought and not begins):
            return None if begins else text
        text = rest
