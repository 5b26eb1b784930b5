"""When a request may be sent: how many are in flight, cool-downs, and rates per minute."""

import asyncio
import time
from contextlib import suppress

from synthgap.floor.errors import InputError
from synthgap.generate.llm import Llm

LONGEST_WAIT = 60.0
"""Seconds; an endpoint that names none is asked again after at most this long."""


class Gate:
    """One for all requests of a process; they pass in the order in which they come.

    A refusal (429) cools down the whole client, not the one request, and halves the number in
    flight, once for all requests that were already under way. Each full round of answers lets one
    more in, up to `llm.concurrency`.
    """

    def __init__(self, settings: Llm) -> None:
        self._settings = settings
        self.limit = settings.concurrency
        self._in_flight = 0
        self._answers = 0  # since the limit last changed
        self._closed = asyncio.Event()
        self._turnstile = asyncio.Lock()
        self._room = asyncio.Event()
        self._cool_until = 0.0
        self._refused_at = 0.0
        self._refusals = 0  # in a row
        self._answered_at = time.monotonic()
        self._next_request = self._next_tokens = 0.0

    async def enter(self, tokens: float) -> float:
        """Wait for room, for the end of a cool-down and for the rates; return the time.

        Nobody waits once it is closed.
        """
        async with self._turnstile:
            now = time.monotonic()
            while not self._closed.is_set():
                now = time.monotonic()
                ready = max(self._cool_until, self._next_request, self._next_tokens)
                if self._in_flight >= self.limit:
                    self._room.clear()
                    await self._room.wait()
                elif now < ready:
                    await self.pause(ready - now)
                else:
                    break
            self._in_flight += 1
            if self._settings.requests_per_minute:
                self._next_request = now + 60 / self._settings.requests_per_minute
            self._spend(tokens, now)
            return now

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until it is closed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), seconds)

    def close(self) -> None:
        """Let all pass at once, who are to find out that nothing more is sent."""
        self._closed.set()
        self._room.set()

    def answered(self, sent: float, tokens: float) -> None:
        """Take note of an answer to what was sent at `sent`.

        Args:
            sent: what `enter` returned.
            tokens: how many more it took than was said to `enter`; negative for fewer.
        """
        self._leave()
        self._answered_at = time.monotonic()
        self._spend(tokens, self._answered_at)
        if sent < self._refused_at:
            return
        self._refusals = 0
        self._answers += 1
        if self._answers >= self.limit and self.limit < self._settings.concurrency:
            self._answers, self.limit = 0, self.limit + 1

    def failed(self) -> None:
        """Take note that no answer came."""
        self._leave()

    def refused(self, sent: float, wait: float | None) -> None:
        """Take note of a 429 to what was sent at `sent`.

        Args:
            sent: what `enter` returned.
            wait: seconds that the endpoint asks for; None where it names none.

        Raises:
            InputError: nothing was answered for longer than `llm.patience_seconds`, or that much
                is asked for.
        """
        self._leave()
        now = time.monotonic()
        if sent >= self._refused_at:
            self._refused_at, self._answers = now, 0
            self._refusals += 1
            self.limit = max(1, self.limit // 2)
        if wait is None:
            wait = min(LONGEST_WAIT, self._settings.wait_seconds * 2.0 ** (self._refusals - 1))
        self._cool_until = max(self._cool_until, now + wait)
        patience = self._settings.patience_seconds
        if wait > patience or now - self._answered_at > patience:
            raise InputError(
                f"rate limit (429): the endpoint asks to wait {wait:.0f} s, its last answer came "
                f"{now - self._answered_at:.0f} s ago, llm.patience_seconds is {patience:.0f}; all "
                "replies are kept: run again later"
            )

    def _leave(self) -> None:
        self._in_flight -= 1
        self._room.set()

    def _spend(self, tokens: float, now: float) -> None:
        if self._settings.tokens_per_minute:
            seconds = tokens * 60 / self._settings.tokens_per_minute
            self._next_tokens = max(self._next_tokens, now) + seconds
