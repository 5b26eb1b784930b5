"""The entries of the `models` section of params.yaml: a classifier's kind and its settings."""

from typing import Annotated, Literal

from pydantic import Field

from synthgap.floor.params import Section


class Tfidf(Section):
    """Bag of words and logistic regression."""

    kind: Literal["tfidf"]
    ngrams: int = Field(ge=1, le=5)
    """Longest run of words that is a feature."""
    inverse_penalty: float = Field(gt=0)
    """C of the logistic regression: smaller is smoother."""


class EncoderSettings(Section):
    """A pretrained encoder, and how texts enter and leave it."""

    encoder: str
    """`all-MiniLM-L6-v2` (its weights come with an installed package), a folder, or a hub id."""
    revision: str | None = None
    """Branch, tag or commit on the hub; null is the newest."""
    pooling: Literal["mean", "first"]
    """One vector a text: the mean over its tokens, or its first token."""
    max_tokens: int = Field(ge=8)
    """A longer text is cut."""
    threads: int | None = Field(default=None, ge=1)
    """Of the processor that a fit uses; null is all. With another number, sums have other last
    digits."""


class Probe(EncoderSettings):
    """A frozen encoder and logistic regression on its vectors, each of length 1."""

    kind: Literal["probe"]
    inverse_penalty: float = Field(gt=0)
    """C of the logistic regression: smaller is smoother."""


class Finetune(EncoderSettings):
    """An encoder of which all weights or the last layers are trained, with a linear head."""

    kind: Literal["finetune"]
    trained_layers: int | None = Field(ge=1)
    """So many of the last layers learn, of a kind of BERT; null is everything, embeddings too."""
    dropout: bool
    """Whether the encoder's own dropout is on while it learns."""
    steps: int = Field(ge=1)
    """Optimiser steps of a fit: the same for every size of training set, or ..."""
    epochs: float = Field(ge=0)
    """... this many passes over the training texts, where that is more steps."""
    batch: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    """Highest rate of the encoder's weights, reached after the warm-up."""
    head_learning_rate: float = Field(gt=0)
    warmup_share: float = Field(ge=0, lt=1)
    """Share of the steps in which the rates rise to their highest; then they fall to 0."""
    weight_decay: float = Field(ge=0)
    validation_share: float = Field(ge=0, lt=0.5)
    """Of the training texts, of every source alike, not learnt from but shown on the curve."""


Model = Annotated[Tfidf | Probe | Finetune, Field(discriminator="kind")]
