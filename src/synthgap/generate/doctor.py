"""Whether the endpoint of the `llm` section works: one real request for one token."""

import asyncio
import time

import openai

from synthgap.floor.errors import InputError
from synthgap.generate.client import Client, connect, read_key
from synthgap.generate.exchange import LIMITS, Reply, Request, parse_json
from synthgap.generate.llm import Llm
from synthgap.generate.secret import hide

MOST_MODELS = 8


def check(settings: Llm) -> str:
    """Return one line that says that all is well.

    Raises:
        InputError: it is not; one line says what is wrong.
    """
    if not settings.model:
        raise InputError("params.yaml: llm.model: found null, expected the model's name")
    key = read_key(settings)
    begun = time.monotonic()
    reply = asyncio.run(_ask(settings.model_copy(update={"retries": 0}), key))
    if reply.finish_reason == "rejected":
        raise InputError(f"{settings.base_url}: {reply.text}; see the `llm` section")
    usage = "tells" if reply.prompt_tokens is not None else "does not tell"
    return (
        f"{settings.model} at {settings.base_url} answers in {time.monotonic() - begun:.1f} s "
        f"and {usage} how many tokens a reply took"
    )


async def _ask(settings: Llm, key: str) -> Reply:
    sampling = {n: 1 if n in LIMITS else value for n, value in settings.sampling().items()}
    messages = (("user", "Say yes."),)
    client = Client(settings, key)
    try:
        return await client.ask(
            Request(settings.model or "", messages, sampling, seed=settings.seed, sample=0)
        )
    except InputError as error:
        cause = error.__cause__
        if isinstance(cause, openai.NotFoundError) and (models := await _models(settings, key)):
            raise InputError(f"{error}; models there: {', '.join(models)}") from error
        raise
    finally:
        await client.close()


async def _models(settings: Llm, key: str) -> list[str]:
    """Return the models that the endpoint lists, none where it lists none."""
    async with connect(settings, key) as api:
        try:
            raw = await api.models.with_raw_response.list()
            listed = parse_json(raw.http_response.text)["data"]
            names = sorted(str(model["id"]) for model in listed)
        except (openai.OpenAIError, ValueError, KeyError, TypeError):
            return []
    more = [f"and {len(names) - MOST_MODELS} more"] if len(names) > MOST_MODELS else []
    return [hide(name, key) for name in names[:MOST_MODELS]] + more
