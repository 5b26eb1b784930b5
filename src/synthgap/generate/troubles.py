"""What an endpoint's failures mean, and how they are told."""

import email.utils
import json
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress

import httpx2
import openai

from synthgap.generate.llm import Llm

OUT_OF_CREDIT = ("insufficient_quota", "billing_hard_limit_reached", "quota_exceeded")
NO_ACCOUNT = ("invalid_api_key", *OUT_OF_CREDIT)
_OF_ACCOUNTS = re.compile(r"credit balance|billing hard limit|\bapi[ _]?key\b", re.IGNORECASE)
"""In the message of a 400 by which some vendors refuse a key or an account, not a request."""

AGAIN = (408, 409, 425)
REJECTED = (400, 413, 422)


def retry_after(headers: Mapping[str, str], clock: Callable[[], float]) -> float | None:
    """Return the seconds that an answer's headers ask to wait; None where they do not.

    Args:
        headers: `retry-after-ms`, or `Retry-After` as seconds or as a date.
        clock: the time of day, for dates.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(KeyError, ValueError):
            seconds = float(headers[name]) * unit
            if not math.isnan(seconds):
                return max(0.0, seconds)
    try:
        date = email.utils.parsedate_tz(headers.get("retry-after", ""))
        return None if date is None else max(0.0, email.utils.mktime_tz(date) - clock())
    except (ValueError, OverflowError):  # of the year 99999
        return None


def blames_account(error: openai.APIStatusError) -> bool:
    """Return whether a request failed for its key or its account, and any other one would."""
    return error.code in NO_ACCOUNT or bool(_OF_ACCOUNTS.search(_said(error)))


def message(error: openai.APIStatusError, hide: Callable[[str], str]) -> str:
    """Return the status and what the endpoint said, in one line.

    Args:
        error: a status that is none of success.
        hide: takes the key out of what is said, before it is cut short.
    """
    return f"{error.status_code} {_short(hide(_said(error)))}".strip()


def describe(error: Exception, settings: Llm, hide: Callable[[str], str]) -> str:
    """Return why there is no answer, or none that can be read, in one line."""
    silent = not isinstance(error.__cause__, httpx2.ConnectTimeout | httpx2.ConnectError)
    if isinstance(error, openai.APITimeoutError) and silent:
        return f"no answer within llm.timeout_seconds ({settings.timeout_seconds:g})"
    if isinstance(error, openai.APIConnectionError):
        return f"connection failed ({_short(hide(str(error.__cause__ or error)))})"
    if isinstance(error, json.JSONDecodeError):
        return f"not the answer of an OpenAI-compatible endpoint ({_short(hide(error.doc))!r})"
    return str(error)


def advice(error: openai.APIStatusError, settings: Llm) -> str:
    """Return what may help against a status that does not pass."""
    variable = settings.api_key_env or "llm.api_key_env, which is null"
    said = {
        401: f"the key in {variable} is not accepted",
        402: "the account is out of credit; all replies are kept: run again to go on",
        403: f"the key in {variable} may not use this endpoint or model",
        404: f"no model {settings.model!r} (llm.model), or no chat completions at llm.base_url",
        429: "the account is out of credit; all replies are kept: run again to go on",
    }
    if error.status_code in REJECTED and blames_account(error):
        return f"the key in {variable} or its account is refused; all replies are kept"
    return said.get(error.status_code, "the endpoint rejects requests with these `llm` settings")


def _said(error: openai.APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return str(body.get("message") or error.response.text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:157]}..."
