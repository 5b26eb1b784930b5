"""An OpenAI-compatible endpoint: one request in, one reply out, every retry in one place."""

import os
import time
from collections.abc import Mapping

import httpx2
import openai
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from synthgap.floor.errors import InputError
from synthgap.generate.exchange import Reply, Request, parse_completion, parse_json
from synthgap.generate.gate import LONGEST_WAIT, Gate
from synthgap.generate.llm import Llm
from synthgap.generate.secret import hide
from synthgap.generate.troubles import (
    AGAIN,
    OUT_OF_CREDIT,
    REJECTED,
    advice,
    blames_account,
    describe,
    message,
    retry_after,
)

PATH = "/chat/completions"
NO_KEY = "none"
"""Sent to endpoints that need no key: the client library wants one."""

MOST_REJECTED = 3
"""So many rejected requests before any answer, and the settings are wrong, not the requests."""

MOST_ALIKE = 20
"""Later so many in a row, with one and the same message."""


class _Again(Exception):
    """The request failed in a way that may pass."""

    def __init__(self, found: str, wait: float | None = None, counts: bool = True) -> None:
        super().__init__(found)
        self.wait = wait
        self.counts = counts


class _Tries:
    """How often one request was sent, and how often it failed other than for its rate."""

    def __init__(self) -> None:
        self.sent = 0
        self.failed = 0


def read_key(settings: Llm, environment: Mapping[str, str] = os.environ) -> str:
    """Return the key of the endpoint.

    Raises:
        InputError: its variable is not set.
    """
    if settings.api_key_env is None:
        return NO_KEY
    key = environment.get(settings.api_key_env, "").strip()
    if not key:
        raise InputError(
            f"no key: the environment variable {settings.api_key_env} (llm.api_key_env) is not set;"
            " expected the endpoint's key, or llm.api_key_env: null where it needs none"
        )
    return key


def connect(settings: Llm, key: str) -> openai.AsyncOpenAI:
    """Return the client library, with its own retries off and no limit that queues requests."""
    timeout = httpx2.Timeout(settings.timeout_seconds, connect=min(30, settings.timeout_seconds))
    timeout.pool = None
    return openai.AsyncOpenAI(
        api_key=key,
        base_url=settings.base_url,
        max_retries=0,
        timeout=timeout,
        # The quicker of its two transports; to this one, 0 is no limit.
        http_client=openai.DefaultAioHttpClient(
            timeout=timeout, limits=httpx2.Limits(max_connections=0, keepalive_expiry=30.0)
        ),
    )


class Client:
    """Asks until there is a reply, and gives up with one line that says why."""

    def __init__(self, settings: Llm, key: str) -> None:
        self._settings, self._key = settings, key
        self._openai = connect(settings, key)
        self._gate = Gate(settings)
        self.answered = 0
        self._rejected, self._rejection = 0, ""
        """In a row, and the last one's message."""
        self.stopped: InputError | None = None
        self._retrying = AsyncRetrying(
            retry=retry_if_exception_type(_Again),
            stop=self._stop,
            wait=self._wait,
            sleep=self._gate.pause,
            reraise=True,
        )

    def stop(self, error: InputError) -> InputError:
        """Send nothing more; return why, which is the first reason."""
        self.stopped = self.stopped or error
        self._gate.close()
        return self.stopped

    async def close(self) -> None:
        """Close the connections."""
        await self._openai.close()

    async def ask(self, request: Request) -> Reply:
        """Return the reply to a request.

        Raises:
            InputError: there is none to be had.
        """
        try:
            reply: Reply = await self._retrying.copy()(self._send, request, _Tries())
        except _Again as error:
            raise self.stop(
                InputError(
                    f"{self._settings.base_url}: {error} (after {self._settings.retries} retries); "
                    "all replies are kept: run again to go on"
                )
            ) from error
        except InputError as error:
            self.stop(error)
            raise
        return reply

    async def _send(self, request: Request, tries: _Tries) -> Reply:
        expected = request.likely_tokens + (request.limit or 0)
        sent = await self._gate.enter(expected)
        if self.stopped:
            self._gate.failed()
            raise self.stopped
        tries.sent += 1
        begun = time.monotonic()
        try:
            # Checked here and not by the library, which takes anything for a completion.
            raw = await self._openai.post(PATH, body=request.body, cast_to=httpx2.Response)
            payload = parse_json(self._hide(raw.text))
            reply = parse_completion(payload, time.monotonic() - begun, tries.sent)
        except openai.APIStatusError as error:
            return self._judge(error, sent, tries, time.monotonic() - begun)
        except (openai.APIConnectionError, ValueError) as error:
            self._gate.failed()
            tries.failed += 1
            raise _Again(describe(error, self._settings, self._hide)) from error
        took = (reply.prompt_tokens or 0) + (reply.completion_tokens or 0)
        self._gate.answered(sent, took - expected if took else 0)
        self.answered += 1
        self._rejected = 0
        return reply

    def _judge(
        self, error: openai.APIStatusError, sent: float, tries: _Tries, seconds: float
    ) -> Reply:
        """Return a rejection as a reply, or raise what the status means."""
        status, found = error.status_code, message(error, self._hide)
        if status == 429 and error.code not in OUT_OF_CREDIT:
            wait = retry_after(error.response.headers, time.time)
            self._gate.refused(sent, wait)
            raise _Again(found, wait=0.0, counts=False) from error
        self._gate.failed()
        if status in AGAIN or status >= 500:
            tries.failed += 1
            raise _Again(found, retry_after(error.response.headers, time.time)) from error
        if status in REJECTED and not blames_account(error) and self._is_of_request(error, found):
            reason = "content_filter" if error.code == "content_filter" else "rejected"
            return Reply(found, reason, 0, 0, seconds, tries.sent)
        raise InputError(f"{found}; {advice(error, self._settings)}") from error

    def _is_of_request(self, error: openai.APIStatusError, found: str) -> bool:
        """Return whether a rejection is due to its request; with many in a row it is not."""
        if error.code == "content_filter":
            return True
        alike = not self.answered or found == self._rejection
        self._rejected, self._rejection = (self._rejected if alike else 0) + 1, found
        return self._rejected <= (MOST_ALIKE if self.answered else MOST_REJECTED)

    def _stop(self, state: RetryCallState) -> bool:
        tries: _Tries = state.args[1]
        return self.stopped is not None or tries.failed > self._settings.retries

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _Again) and error.wait is not None:
            return min(error.wait, self._settings.patience_seconds)
        tries: _Tries = state.args[1]
        return float(min(LONGEST_WAIT, self._settings.wait_seconds * 2 ** (tries.failed - 1)))

    def _hide(self, text: str) -> str:
        return hide(text, self._key)
