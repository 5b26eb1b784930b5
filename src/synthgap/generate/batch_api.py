"""An endpoint's files and batches. Nothing is retried; what goes wrong is one line without the key.

Each call has its own connection, so that calls stand alone: what one brought can be stored before
the next one fails.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import openai
from pydantic import BaseModel, ValidationError

from synthgap.floor.errors import InputError
from synthgap.generate.batch import URL, shortened
from synthgap.generate.client import connect, read_key
from synthgap.generate.llm import Llm
from synthgap.generate.secret import hide

WINDOW: Literal["24h"] = "24h"
OVER = ("completed", "failed", "expired", "cancelled")
Result = TypeVar("Result")


class Unknown(InputError):
    """The endpoint does not know what it was asked for (404)."""


class Job(NamedTuple):
    """A batch at the endpoint."""

    id: str
    status: str
    done: int
    failed: int
    total: int
    files: list[str]
    """Those that hold its results so far, replies first."""
    reasons: str
    """Why it failed as a whole, where it did."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in OVER


class _Named(BaseModel):
    """What is read of a file or a batch that was made."""

    id: str


class _Counts(BaseModel):
    completed: int = 0
    failed: int = 0
    total: int = 0


class _Described(BaseModel):
    """What is read of a batch; servers differ in the rest."""

    status: str
    request_counts: _Counts | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    errors: Any = None


class BatchApi:
    """The files and batches of the `llm` section's endpoint.

    Answers are checked here and not by the client library, which takes anything for a batch.

    Raises:
        InputError: there is no key.
    """

    def __init__(self, settings: Llm) -> None:
        self.key = read_key(settings)
        self._settings = settings

    def submit(self, file: Path) -> str:
        """Return the id of the batch that a file of requests was submitted as.

        Raises:
            InputError: the endpoint does not take it.
        """

        async def upload() -> str:
            async with connect(self._settings, self.key) as api:
                content = (file.name, file.read_bytes())
                files, batches = api.files.with_raw_response, api.batches.with_raw_response
                uploaded = await files.create(file=content, purpose="batch")
                made = await batches.create(
                    input_file_id=_id(uploaded), endpoint=URL, completion_window=WINDOW
                )
                return _id(made)

        return self._run("files or batches", upload())

    def job(self, batch: str) -> Job:
        """Return a batch as the endpoint sees it.

        Raises:
            Unknown: it does not know it.
            InputError: it does not say.
        """

        async def look() -> Job:
            async with connect(self._settings, self.key) as api:
                raw = await api.batches.with_raw_response.retrieve(batch)
                return _job(batch, hide(raw.http_response.text, self.key))

        return self._run("this batch", look())

    def content(self, name: str) -> str:
        """Return what stands in a file.

        Raises:
            Unknown: the endpoint does not know it.
            InputError: it does not give it.
        """

        async def read() -> str:
            async with connect(self._settings, self.key) as api:
                return (await api.files.content(name)).content.decode("utf-8", "replace")

        return self._run(f"the file {name} of this batch", read())

    def _run(self, what: str, asking: Coroutine[Any, Any, Result]) -> Result:
        url = self._settings.base_url
        try:
            return asyncio.run(asking)
        except openai.NotFoundError as error:
            said = shortened(hide(str(error), self.key))
            raise Unknown(f"{url} does not know {what} ({said})") from error
        except openai.OpenAIError as error:
            raise InputError(f"{url}: {shortened(hide(str(error), self.key))}") from error
        except ValidationError as error:
            raise InputError(
                f"{url}: not the answer of an endpoint with files and batches"
            ) from error


def _id(made: Any) -> str:  # noqa: ANN401
    return _Named.model_validate_json(made.http_response.text).id


def _job(batch: str, text: str) -> Job:
    found = _Described.model_validate_json(text)
    counts = found.request_counts or _Counts()
    files = [name for name in (found.output_file_id, found.error_file_id) if name]
    numbers = counts.completed, counts.failed, counts.total
    return Job(batch, found.status, *numbers, files, _reasons(found.errors))


def _reasons(errors: Any) -> str:  # noqa: ANN401
    listed = errors.get("data") if isinstance(errors, dict) else errors
    if not isinstance(listed, list):
        listed = [listed] if listed else []
    said = []
    for one in listed:
        named = one if isinstance(one, dict) else {"message": one}
        line = f" (line {named['line']})" if named.get("line") else ""
        said.append(f"{named.get('message') or named.get('code')}{line}")
    return shortened("; ".join(said))
