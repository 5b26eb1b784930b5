"""The `llm` section of params.yaml: which endpoint is asked, how, how fast and for how much."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from synthgap.floor.params import Section

OURS = (
    *("max_completion_tokens", "max_tokens", "messages", "model", "n"),
    *("response_format", "seed", "stream", "temperature", "top_p"),
)
"""What a request has that `llm.extra` must not set."""


def _check_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected http://... or https://...")
    if parts.username or parts.password or parts.query or parts.fragment:
        # It would stand in params.yaml, dvc.lock and git.
        raise ValueError("expected no name, password or query in it; a key has its own variable")
    return url


Url = Annotated[str, AfterValidator(_check_url)]
Price = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]


class Prices(Section):
    """US dollars per million tokens; null is unknown, and nothing is guessed."""

    prompt: Price | None
    completion: Price | None
    batch_share: Annotated[float, Field(ge=0, le=1)]
    """What a request costs in a batch file, as a share of its usual price."""

    @property
    def known(self) -> bool:
        """Whether a reply's cost can be told."""
        return self.both is not None

    @property
    def both(self) -> tuple[float, float] | None:
        """The prices of prompt and completion; None where one is not known."""
        if self.prompt is None or self.completion is None:
            return None
        return self.prompt, self.completion

    def usd(self, prompt: float, completion: float) -> float:
        """Return what so many tokens cost outside of a batch.

        Raises:
            ValueError: a price is not known.
        """
        if self.both is None:
            raise ValueError("no price, no cost")
        return (prompt * self.both[0] + completion * self.both[1]) / 1e6


VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""Of the environment; a key itself has other characters nearly always, and is refused."""


class Llm(Section):
    """The `llm` section."""

    base_url: Url
    model: str | None
    api_key_env: VariableName | None  # the variable that holds the key; null: none
    temperature: Annotated[float, Field(ge=0)] | None
    top_p: Annotated[float, Field(gt=0, le=1)] | None
    max_tokens: Count
    max_tokens_name: Literal["max_tokens", "max_completion_tokens"]
    seed: Annotated[int, Field(ge=0)] | None
    extra: dict[str, Any]
    concurrency: Count
    requests_per_minute: Count | None
    tokens_per_minute: Count | None
    timeout_seconds: Positive  # of one request, without the time in queues
    retries: Annotated[int, Field(ge=0)]  # of one request; 429 is not counted
    wait_seconds: Positive  # before the first retry, twice as long before each further one
    patience_seconds: Positive  # with nothing but 429
    price: Prices
    budget_usd: Annotated[float, Field(ge=0)] | None

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in self.extra:
            if name in OURS:
                raise ValueError(f"extra: {name!r} is set elsewhere, expected a vendor's field")
        if self.budget_usd is not None and not self.price.known:
            raise ValueError("budget_usd needs price.prompt and price.completion, found null")
        return self

    def sampling(self) -> dict[str, Any]:
        """Return what shapes a reply beside its messages and seed, under the API's names."""
        named = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            self.max_tokens_name: self.max_tokens,
        }
        return {name: value for name, value in named.items() if value is not None} | self.extra
