"""A request to a language model, its key, and the reply to it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

LIMITS = ("max_tokens", "max_completion_tokens")
"""Parameters that cut a reply short, and change nothing in one that ends by itself."""

NATURAL = ("stop", "complete", "end_turn", "eos", "eos_token", "stop_sequence")
"""What endpoints call the end of a reply that nothing cut, in whatever case."""

FIRST_QUESTION = 2**32
"""Samples from here on belong to questions about texts, those below to the writing of texts."""


def _digest(value: Any) -> str:  # noqa: ANN401
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Request:
    """One chat completion, wholly rendered."""

    model: str
    messages: tuple[tuple[str, str], ...]
    """Role and content."""
    sampling: Mapping[str, Any]
    """Temperature, limits, response format, vendor's fields, under the API's names."""
    seed: int | None
    """Distinct for each request; null where the endpoint takes none."""
    sample: int
    """Tells equal requests apart; it is not sent."""

    @cached_property
    def body(self) -> dict[str, Any]:
        """What is sent."""
        messages = [{"role": role, "content": content} for role, content in self.messages]
        seed = {} if self.seed is None else {"seed": self.seed}
        return {"model": self.model, "messages": messages, **self.sampling, **seed}

    @cached_property
    def key(self) -> str:
        """SHA-256 of the canonical request: sorted, no white space, ASCII."""
        return _digest({"body": self.body, "sample": self.sample})

    @cached_property
    def family(self) -> str:
        """The key without the limit of tokens, which requests share that differ in it only."""
        body = {name: value for name, value in self.body.items() if name not in LIMITS}
        return _digest({"body": body, "sample": self.sample})

    @property
    def limit(self) -> int | None:
        """The most tokens that a reply may have."""
        return next((self.sampling[name] for name in LIMITS if name in self.sampling), None)

    @property
    def most_tokens(self) -> int:
        """No fewer tokens than the prompt can have: one a byte, and some for each message."""
        return sum(len(content.encode()) + 16 for _, content in self.messages) + 16

    @property
    def likely_tokens(self) -> float:
        """About as many tokens as the prompt has: one for four characters of English."""
        return sum(len(content) / 4 + 4 for _, content in self.messages)


class Reply(NamedTuple):
    """What came back, as it is stored."""

    text: str
    finish_reason: str
    """As the endpoint calls it; `stop` where it says nothing. Ours are `refusal` (told as one) and
    `rejected` (a 400)."""
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float | None
    """From sending to the last byte, without the time in queues; None in a batch."""
    tries: int
    """Requests sent until it came, failed ones counted."""
    batch: bool = False

    @property
    def ends_by_itself(self) -> bool:
        """Whether a higher limit of tokens would have given the same."""
        return self.finish_reason.casefold() in NATURAL


def parse_json(text: str) -> Any:  # noqa: ANN401
    """Return the value of JSON that somebody else has written.

    Raises:
        json.JSONDecodeError: it is none, or more of it than Python reads.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise json.JSONDecodeError(str(error), text, 0) from error
    except RecursionError:
        raise json.JSONDecodeError("nested too deeply", text, 0) from None


def parse_completion(payload: Any, seconds: float | None, tries: int, batch: bool = False) -> Reply:  # noqa: ANN401
    """Return the reply in the JSON of a chat completion.

    Raises:
        ValueError: it is no chat completion, or has no choice.
    """
    choices = payload.get("choices") if isinstance(payload, dict) else None
    if not isinstance(choices, list):
        raise ValueError("not the answer of an OpenAI-compatible endpoint")
    if not choices or not isinstance(choices[0], dict):
        raise ValueError("an answer without a choice")
    message = choices[0].get("message")
    if not isinstance(message, dict):
        raise ValueError("a choice without a message")
    text, refusal = _joined(message.get("content")), message.get("refusal")
    reason = "refusal" if refusal else str(choices[0].get("finish_reason") or "stop")
    usage = payload.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return Reply(
        text=_clean(refusal or text),
        finish_reason=reason,
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
        seconds=seconds,
        tries=tries,
        batch=batch,
    )


def _joined(content: Any) -> Any:  # noqa: ANN401
    """Return the text of a content that comes in parts; parts of other kinds are left out."""
    if not isinstance(content, list):
        return content
    parts = [part for part in content if isinstance(part, dict) and part.get("type") == "text"]
    return "".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def _clean(content: Any) -> str:  # noqa: ANN401
    """Return the content as text that every table can hold."""
    text = content if isinstance(content, str) else ""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _count(value: Any) -> int | None:  # noqa: ANN401
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
