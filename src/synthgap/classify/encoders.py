"""Pretrained encoders: found, loaded and cut in two, what stays and what learns."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer
from transformers.masking_utils import create_bidirectional_mask
from transformers.utils import logging

from synthgap.classify.settings import EncoderSettings
from synthgap.encoder import minilm
from synthgap.encoder.precision import attention
from synthgap.floor.errors import InputError


class Parts(NamedTuple):
    """An encoder cut below its trained layers.

    What `below` returns for a text never changes during a fit, so it is computed once.
    """

    below: nn.Module | None
    """Token ids and mask to hidden states; None where everything is trained."""
    above: nn.Module
    """Hidden states (or token ids, where `below` is None) and mask to hidden states."""
    width: int


class Above(nn.Module):
    """The trained layers, fed with the hidden states of the layers below them."""

    def __init__(self, encoder: nn.Module, config: object) -> None:
        super().__init__()
        self.encoder = encoder
        self.config = config

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Return hidden states, (texts, tokens, width)."""
        whole = create_bidirectional_mask(self.config, hidden, mask)
        return self.encoder(hidden, attention_mask=whole).last_hidden_state  # type: ignore[no-any-return]


class Whole(nn.Module):
    """A complete encoder, fed with token ids."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return hidden states, (texts, tokens, width)."""
        return self.model(input_ids=ids, attention_mask=mask).last_hidden_state  # type: ignore[no-any-return]


def tokenise(settings: EncoderSettings, texts: Sequence[str]) -> list[Tensor]:
    """Return each text's token ids, cut after `max_tokens`."""
    tokenizer = _loaded(AutoTokenizer, settings)
    if settings.max_tokens > tokenizer.model_max_length:
        raise InputError(
            f"{settings.encoder}: max_tokens is {settings.max_tokens}, expected at most "
            f"{tokenizer.model_max_length}"
        )
    rows = tokenizer(list(texts), truncation=True, max_length=settings.max_tokens)["input_ids"]
    return [torch.tensor(row, dtype=torch.int64) for row in rows]


def load(settings: EncoderSettings, trained_layers: int | None) -> Parts:
    """Return the encoder, of which the last `trained_layers` layers are to learn (None: all).

    Raises:
        InputError: it is not there, its weights are no safetensors, or it has fewer layers.
    """
    model = _encoder(settings)
    width = model.config.hidden_size
    if trained_layers is None:
        return Parts(None, Whole(model), width)
    layers = getattr(getattr(model, "encoder", None), "layer", None)
    if not isinstance(layers, nn.ModuleList) or not trained_layers <= len(layers):
        found = len(layers) if isinstance(layers, nn.ModuleList) else "no known list of"
        raise InputError(
            f"{settings.encoder}: found {found} layers, expected at least trained_layers = "
            f"{trained_layers} (null trains any encoder whole)"
        )
    cut = len(layers) - trained_layers
    top = copy.deepcopy(model.encoder)
    top.layer, model.encoder.layer = top.layer[cut:], layers[:cut]
    above = Above(top.eval().requires_grad_(True), model.config)
    return Parts(Whole(model.requires_grad_(False)), above, width)


def frozen(settings: EncoderSettings) -> tuple[nn.Module, int]:
    """Return the encoder, of which nothing is to learn, and the width of its hidden states.

    Raises:
        InputError: it is not there, or its weights are no safetensors.
    """
    model = _encoder(settings).requires_grad_(False)
    return Whole(model), model.config.hidden_size


def _encoder(settings: EncoderSettings) -> Any:  # noqa: ANN401
    return _loaded(
        AutoModel,
        settings,
        use_safetensors=True,
        attn_implementation=attention(),
        dtype=torch.float32,
    ).eval()


def _loaded(kind: Any, settings: EncoderSettings, **options: Any) -> Any:  # noqa: ANN401
    folder = minilm.folder() if settings.encoder == minilm.NAME else Path(settings.encoder)
    local = folder.is_dir()
    if local:
        logging.disable_progress_bar()  # of reading the weights, which takes no time
    try:
        return kind.from_pretrained(
            str(folder) if local else settings.encoder,
            revision=None if local else settings.revision,
            local_files_only=local,
            **options,
        )
    except (OSError, ValueError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"{settings.encoder}: cannot be loaded as an encoder ({reason}), expected "
            f"{minilm.NAME!r}, a folder or a hub id with safetensors"
        ) from error
