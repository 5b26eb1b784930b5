"""What is known of how a source's texts were written."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Asked(BaseModel):
    """What a language model was asked with: templates, and how replies were sampled."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    context: str
    request: str
    follow_up: str
    turns: int
    """Of a conversation; the first is the request."""
    length: str
    descriptions: dict[str, str]
    sampling: dict[str, Any]


class Llm(BaseModel):
    """Who wrote the texts, and what that took; what is not known is absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: str | None = None
    requests: int
    seconds: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    usd: float | None = None
    asked: Asked | None = None

    @property
    def tokens(self) -> int | None:
        """Of prompts and replies."""
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return self.prompt_tokens + self.completion_tokens


class Generation(BaseModel):
    """What the stage that made or imported one source wrote, as far as the report tells it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    backend: Literal["corpus", "recorded", "api", "import"]
    attempts: int
    mean_words: float | None = None
    llm: Llm | None = None
    """Absent where the texts were written beforehand."""


def cost(generation: Generation) -> str:
    """Return what writing the texts cost, in words."""
    if generation.backend == "import":
        return "made elsewhere"
    if generation.llm is None:
        return "written before"
    parts = []
    if generation.llm.usd is not None:
        parts.append(f"${generation.llm.usd:,.2f}")
    if generation.llm.tokens is not None:
        parts.append(f"{generation.llm.tokens:,} tokens")
    return ", ".join(parts) or f"{generation.llm.requests:,} requests"


def spent(generations: dict[str, Generation]) -> float:
    """Return by what tasks are sorted by cost: dollars, or else tokens."""
    known = [one.llm for one in generations.values() if one.llm is not None]
    dollars = sum(llm.usd or 0.0 for llm in known)
    return dollars or float(sum(llm.tokens or 0 for llm in known))
