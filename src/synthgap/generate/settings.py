"""What params.yaml says of generating texts: its section `generate`."""

from typing import Literal, Self

from pydantic import Field, model_validator

from synthgap.floor.params import Section
from synthgap.generate.prompts import FollowUp, Several


class Settings(Section):
    """The `generate` section of params.yaml."""

    backend: Literal["corpus", "recorded", "api"]
    per_label: int = Field(gt=0)  # texts, exactly
    turns: int = Field(ge=1)  # of a conversation: a request and its follow-ups
    follow_up: FollowUp
    texts_per_reply: int = Field(ge=1)  # more than one come as JSON
    several: Several  # asked behind a request for more than one
    examples: int = Field(ge=1)  # human texts in a few-shot request, if there are as many
    max_attempts_factor: float = Field(ge=1)  # requests at most, times the need
    min_words: int = Field(ge=1)
    max_words: int
    near_repeat: float = Field(ge=0.5, le=1)  # from this Jaccard similarity on
    copy_words: int = Field(ge=2)
    seed: int = Field(ge=0, le=2**32 - 1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.max_words < self.min_words:
            raise ValueError(f"max_words is {self.max_words}, expected at least min_words")
        return self
