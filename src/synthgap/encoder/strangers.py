"""Encoders of all other kinds, as transformers computes them, with torch's own dropout."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.utils import logging

from synthgap.encoder.files import local, not_loaded
from synthgap.encoder.packed import COLUMNS, Layout
from synthgap.encoder.precision import attention, autocast

COUNTED_FROM_PADDING = frozenset(
    {
        "camembert", "data2vec-text", "esm", "ibert", "lilt", "longformer", "luke", "markuplm",
        "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl", "xmod",
    }
)  # fmt: skip
"""Kinds, by transformers' name, whose positions are counted from behind the number of padding, as
RoBERTa's: that many rows of their table of positions are not for texts."""


class Whole(nn.Module):
    """A complete encoder, fed and read like those of `bert`."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model: Any = model

    def forward(self, ids: Tensor, layout: Layout) -> Tensor:
        """Return hidden states, (rows, width), of token ids."""
        mask = layout.mask
        square = layout.spread(ids[:, None])[:, :, 0] * mask
        weights = next(self.model.parameters())
        # What was brought to bfloat16 whole needs no conversions.
        with autocast(ids.device, enabled=weights.dtype == torch.float32):
            found = self.model(input_ids=square, attention_mask=mask.to(torch.int64))
        return layout.gather(found.last_hidden_state)

    def pooled(self, ids: Tensor, layout: Layout, pooling: str) -> Tensor:
        """Return a vector a text, (texts, width), in single precision, as `bert` does."""
        hidden = self(ids, layout).float()
        return layout.mean(hidden) if pooling == "mean" else layout.first(hidden)

    def get_input_embeddings(self) -> nn.Module:
        """Return the table of tokens' embeddings."""
        found: nn.Module = self.model.get_input_embeddings()
        return found

    def set_input_embeddings(self, table: nn.Module) -> None:
        """Put another table in its place."""
        self.model.set_input_embeddings(table)


@dataclass(frozen=True)
class Stranger:
    """An encoder that transformers knows."""

    encoder: str
    revision: str | None

    @property
    def longest(self) -> int:
        """Return how many tokens a text may have: a tokenizer may name no limit, or too high a one.

        Raises:
            InputError: the encoder is not there.
        """
        named = int(self._tokenizer.model_max_length)
        positions = _positions(self._load(AutoConfig))
        # The square's columns come by so many, and padding has positions too.
        return named if positions is None else min(named, positions // COLUMNS * COLUMNS)

    def tokenise(self, texts: Sequence[str], max_tokens: int) -> list[Tensor]:
        """Return each text's token ids, cut after `max_tokens`."""
        rows = self._tokenizer(list(texts), truncation=True, max_length=max_tokens)["input_ids"]
        return [torch.tensor(row, dtype=torch.int64) for row in rows]

    def whole(self) -> tuple[Whole, int]:
        """Return the encoder, and the width of its hidden states.

        Raises:
            InputError: it is not there, or its weights are no safetensors.
        """
        model = self._load(
            AutoModel,
            use_safetensors=True,
            attn_implementation=attention(),
            dtype=torch.float32,
        )
        return Whole(model.eval()), model.config.hidden_size

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401
        return self._load(AutoTokenizer)

    def _load(self, kind: Any, **options: Any) -> Any:  # noqa: ANN401
        return load(self.encoder, self.revision, kind, **options)


def load(encoder: str, revision: str | None, kind: Any, **options: Any) -> Any:  # noqa: ANN401
    """Return what a class of transformers (`kind`, such as AutoModel) makes of an encoder's files.

    Raises:
        InputError: the encoder is not there, or the class can make nothing of it.
    """
    folder = local(encoder)
    if folder is not None:
        logging.disable_progress_bar()  # of reading the weights, which takes no time
    try:
        return kind.from_pretrained(
            encoder if folder is None else str(folder),
            revision=revision if folder is None else None,
            local_files_only=folder is not None,
            **options,
        )
    except (OSError, ValueError, SafetensorError) as error:
        raise not_loaded(encoder, error) from error


def _positions(config: Any) -> int | None:  # noqa: ANN401
    """Return how many tokens an encoder has positions for; None where it sets no limit."""
    found = getattr(config, "max_position_embeddings", None)
    if found is None or found < 0:
        return None  # They are relative.
    if config.model_type not in COUNTED_FROM_PADDING:
        return int(found)
    padding = 1 if config.pad_token_id is None else config.pad_token_id
    return int(found) - padding - 1
