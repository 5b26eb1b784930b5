"""What the plan will ask for and cost, said before anything is asked.

The number of requests is exact if all texts are of use. Tokens are measured where the store has
replies of the model, else estimated: one for four characters of a prompt, 1.4 a word of the
longest text asked for. Prices are those in params; none is guessed.
"""

from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from synthgap.generate.dialogue import Conversation, Script
from synthgap.generate.exchange import FIRST_QUESTION, Reply
from synthgap.generate.llm import Llm
from synthgap.generate.recordings import Recordings
from synthgap.generate.rows import collect
from synthgap.generate.scripts import Part, most_words
from synthgap.generate.sieve import Sieve
from synthgap.generate.store import Replies, Store, default_file
from synthgap.generate.written import Missing, Recorded, Written

TOKENS_A_WORD = 1.4
ENOUGH = 20
"""So many replies of a model, and their mean says more than an estimate."""


class Nothing:
    """Replies where there is no store yet."""

    def get(self, request: object) -> Reply | None:
        """Return None."""
        return None


class Need(NamedTuple):
    """What is still to be asked for."""

    requests: int
    prompt_tokens: float
    completion_tokens: float
    worst_tokens: int
    """Of the completions: the limit of each request."""


class Known(NamedTuple):
    """What the replies in the store tell of a model, on average."""

    completion_tokens: float | None
    seconds: float | None


def known(replies: Sequence[Reply]) -> Known:
    """Return what the replies to like requests tell, as far as they are enough."""
    tokens = [one.completion_tokens for one in replies if one.completion_tokens is not None]
    seconds = [one.seconds for one in replies if one.seconds is not None]
    return Known(
        fmean(tokens) if len(tokens) >= ENOUGH else None,
        fmean(seconds) if len(seconds) >= ENOUGH else None,
    )


def open_conversations(script: Script, replies: Replies) -> list[Conversation]:
    """Return the conversations in which a turn is due that `replies` does not answer."""
    try:
        collect(Written(script, Recorded(replies, "store")), Sieve(script.brief, script.settings))
    except Missing as missing:
        return list(missing.conversations)
    return []


def need(script: Script, replies: Replies, known: Known) -> Need:
    """Return what one source of one task still needs, if every reply is of use from here on."""
    settings, llm = script.settings, script.llm
    words = most_words(script.brief.wording.length) * settings.texts_per_reply
    tokens = known.completion_tokens or min(float(llm.max_tokens), words * TOKENS_A_WORD)
    requests, prompt = 0, 0.0
    for one in open_conversations(script, replies):
        turns = one.planned - one.turn
        requests += turns
        first = one.request.likely_tokens
        # Each further turn repeats the ones before it, and the follow-up.
        further = tokens + len(settings.follow_up) / 4
        prompt += turns * first + further * turns * (turns - 1) / 2
    return Need(requests, prompt, requests * tokens, requests * llm.max_tokens)


def lines(parts: list[Part]) -> Iterator[str]:
    """Yield what `synthgap plan` says about the texts that the plan has written."""
    if not parts or parts[0].script.settings.backend == "corpus":
        return
    settings, llm = parts[0].script.settings, parts[0].script.llm
    if not llm.model:
        yield "texts: llm.model is null, expected the model's name"
        return
    replies, told = _replies(settings.backend, llm)
    needs = [need(part.script, replies, told) for part in parts]
    if isinstance(replies, Store):
        replies.close()
    yield from say(needs, llm, told, ("texts", "texts are of no use"))
    if not all(part.examples_are_known for part in parts):
        yield "  human examples are not fetched yet: their length is estimated"


def _replies(backend: str, llm: Llm) -> tuple[Replies, Known]:
    if backend == "recorded":
        return Recordings(Path("data/recordings")), Known(None, None)
    if not default_file().is_file():
        return Nothing(), Known(None, None)
    store = Store(default_file())
    found = [one for one in store.entries() if one.model == llm.model]
    return store, known([one.reply for one in found if one.request["sample"] < FIRST_QUESTION])


def say(needs: Sequence[Need], llm: Llm, known: Known, what: tuple[str, str]) -> Iterator[str]:
    """Yield requests, tokens, cost and time.

    Args:
        needs: what is still to be asked for.
        llm: whom, and at what price.
        known: of replies to such requests.
        what: is asked for, and when more of it is.
    """
    requests = sum(one.requests for one in needs)
    prompt = sum(one.prompt_tokens for one in needs)
    completion = sum(one.completion_tokens for one in needs)
    worst = sum(one.worst_tokens for one in needs)
    yield f"{what[0]}: {requests:,} requests to {llm.model}, more where {what[1]}"
    how = "measured" if known.completion_tokens else "estimated"
    yield f"  tokens: about {prompt:,.0f} in, {completion:,.0f} out ({how}; {worst:,} at most)"
    if llm.price.known:
        usd, most = llm.price.usd(prompt, completion), llm.price.usd(prompt, worst)
        budget = "none" if llm.budget_usd is None else f"${llm.budget_usd:,.2f}"
        yield f"  cost: about ${usd:,.2f}, ${most:,.2f} if every reply is cut; budget {budget}"
    else:
        yield "  cost: unknown, set llm.price"
    minutes = [0.0]
    if known.seconds is not None:
        minutes.append(requests * known.seconds / llm.concurrency / 60)
    if llm.requests_per_minute:
        minutes.append(requests / llm.requests_per_minute)
    if llm.tokens_per_minute:
        minutes.append((prompt + completion) / llm.tokens_per_minute)
    if max(minutes) or not requests:
        yield f"  time: about {ceil(max(minutes))} min"
    else:
        yield f"  time: unknown before {ENOUGH} replies of the model are in the store"
