"""An OpenAI-compatible endpoint: one request in, one reply out, every retry in one place."""

import email.utils
import json
import os
import time
from collections.abc import Callable, Mapping

import httpx2
import openai
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from synthgap.floor.errors import InputError
from synthgap.generate.exchange import Reply, Request, parse_completion
from synthgap.generate.gate import LONGEST_WAIT, Gate
from synthgap.generate.llm import Llm

PATH = "/chat/completions"
NO_KEY = "none"
"""Sent to endpoints that need no key: the client library wants one."""

OUT_OF_CREDIT = ("insufficient_quota", "billing_hard_limit_reached", "quota_exceeded")
AGAIN = (408, 409, 425)
REJECTED = (400, 413, 422)
MOST_REJECTED = 3
"""So many rejected requests before any answer, and the settings are wrong, not the requests."""


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
        self.answered = self.rejected = 0
        self.stopped: InputError | None = None
        self._retrying = AsyncRetrying(
            retry=retry_if_exception_type(_Again),
            stop=self._stop,
            wait=self._wait,
            reraise=True,
        )

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
            self.stopped = InputError(
                f"{self._settings.base_url}: {error} (after {self._settings.retries} retries); all "
                "replies are kept: run again to go on"
            )
            raise self.stopped from error
        except InputError as error:
            self.stopped = error
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
            payload = json.loads(self._hide(raw.text))
            reply = parse_completion(payload, time.monotonic() - begun, tries.sent)
        except openai.APIStatusError as error:
            return self._judge(error, sent, tries, time.monotonic() - begun)
        except (openai.APIConnectionError, ValueError) as error:
            self._gate.failed()
            tries.failed += 1
            raise _Again(self._hide(_describe(error, self._settings))) from error
        took = (reply.prompt_tokens or 0) + (reply.completion_tokens or 0)
        self._gate.answered(sent, took - expected if took else 0)
        self.answered += 1
        return reply

    def _judge(
        self, error: openai.APIStatusError, sent: float, tries: _Tries, seconds: float
    ) -> Reply:
        """Return a rejection as a reply, or raise what the status means."""
        status, found = error.status_code, self._hide(_message(error))
        if status == 429 and error.code not in OUT_OF_CREDIT:
            wait = retry_after(error.response.headers, time.time)
            self._gate.refused(sent, wait)
            raise _Again(found, wait=0.0, counts=False) from error
        self._gate.failed()
        if status in AGAIN or status >= 500:
            tries.failed += 1
            raise _Again(found, retry_after(error.response.headers, time.time)) from error
        if status in REJECTED and (self.answered or self.rejected < MOST_REJECTED):
            self.rejected += 1
            reason = "content_filter" if error.code == "content_filter" else "rejected"
            return Reply(found, reason, 0, 0, seconds, tries.sent)
        raise InputError(f"{found}; {_advice(status, self._settings)}") from error

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
        return text if self._key == NO_KEY else text.replace(self._key, "[key]")


def retry_after(headers: Mapping[str, str], clock: Callable[[], float]) -> float | None:
    """Return the seconds that an answer's headers ask to wait; None where they do not.

    Args:
        headers: `retry-after-ms`, or `Retry-After` as seconds or as a date.
        clock: the time of day, for dates.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    date = email.utils.parsedate_tz(headers.get("retry-after", ""))
    return None if date is None else max(0.0, email.utils.mktime_tz(date) - clock())


def _message(error: openai.APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    said = body.get("message") or error.response.text
    return f"{error.status_code} {_short(str(said))}".strip()


def _describe(error: Exception, settings: Llm) -> str:
    silent = not isinstance(error.__cause__, httpx2.ConnectTimeout | httpx2.ConnectError)
    if isinstance(error, openai.APITimeoutError) and silent:
        return f"no answer within llm.timeout_seconds ({settings.timeout_seconds:g})"
    if isinstance(error, openai.APIConnectionError):
        return f"connection failed ({_short(str(error.__cause__ or error))})"
    if isinstance(error, json.JSONDecodeError):
        return f"not the answer of an OpenAI-compatible endpoint ({_short(error.doc)!r})"
    return str(error)


def _advice(status: int, settings: Llm) -> str:
    variable = settings.api_key_env or "llm.api_key_env, which is null"
    advice = {
        401: f"the key in {variable} is not accepted",
        402: "the account is out of credit; all replies are kept: run again to go on",
        403: f"the key in {variable} may not use this endpoint or model",
        404: f"no model {settings.model!r} (llm.model), or no chat completions at llm.base_url",
        429: "the account is out of credit; all replies are kept: run again to go on",
    }
    return advice.get(status, "the endpoint rejects requests with these `llm` settings")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:157]}..."
