"""Pretrained encoders: found, loaded and cut in two, what stays and what learns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from torch import Tensor

from synthgap.classify.settings import EncoderSettings
from synthgap.encoder.bert import Bert
from synthgap.encoder.pretrained import Pretrained, find
from synthgap.floor.errors import InputError

if TYPE_CHECKING:
    from synthgap.encoder.strangers import Stranger, Whole


class Parts(NamedTuple):
    """An encoder cut below its trained layers.

    What `below` returns for a text never changes during a fit, so it is computed once. Both return
    hidden states, (rows, width), and are given the rows' layout.
    """

    below: Bert | None
    """Fed with token ids; None where everything is trained."""
    above: "Bert | Whole"
    """Fed with what is below, or with token ids where nothing is."""
    width: int


def tokenise(settings: EncoderSettings, texts: Sequence[str]) -> list[Tensor]:
    """Return each text's token ids, cut after `max_tokens`.

    Raises:
        InputError: the encoder is not there, takes fewer tokens, or makes none of a text.
    """
    encoder = _found(settings)
    if settings.max_tokens > encoder.longest:
        raise InputError(
            f"{settings.encoder}: max_tokens is {settings.max_tokens}, expected at most "
            f"{encoder.longest}"
        )
    found = encoder.tokenise(texts, settings.max_tokens)
    for text, ids in zip(texts, found, strict=True):
        if not len(ids):
            raise InputError(f"{settings.encoder}: makes no token of the text {text[:40]!r}")
    return found


def load(settings: EncoderSettings, trained_layers: int | None) -> Parts:
    """Return the encoder, of which the last `trained_layers` layers are to learn (None: all).

    Raises:
        InputError: it is not there, its weights are no safetensors, it has fewer layers, or is of
            a kind that can only be trained whole.
    """
    encoder = _found(settings)
    if trained_layers is None:
        above, width = _whole(encoder)
        return Parts(None, above, width)
    if not isinstance(encoder, Pretrained):
        encoder.whole()  # What is wrong with it is to be told first.
        raise InputError(
            f"{settings.encoder}: trained_layers is {trained_layers}, expected null: an encoder of "
            "this kind, or without model.safetensors and tokenizer.json, can only be trained whole"
        )
    if trained_layers > encoder.shape.layers:
        raise InputError(
            f"{settings.encoder}: found {encoder.shape.layers} layers, expected at least "
            f"trained_layers = {trained_layers} (null trains any encoder whole)"
        )
    below, above = encoder.cut(trained_layers)
    return Parts(below.requires_grad_(False), above, encoder.shape.width)


def frozen(settings: EncoderSettings) -> "tuple[Bert | Whole, int]":
    """Return the encoder, of which nothing is to learn, and the width of its hidden states.

    Raises:
        InputError: it is not there, or its weights are no safetensors.
    """
    model, width = _whole(_found(settings))
    return model.requires_grad_(False), width


def _whole(encoder: "Pretrained | Stranger") -> "tuple[Bert | Whole, int]":
    if isinstance(encoder, Pretrained):
        return encoder.whole(), encoder.shape.width
    return encoder.whole()


def _found(settings: EncoderSettings) -> "Pretrained | Stranger":
    found = find(settings.encoder, settings.revision)
    if found is not None:
        return found
    from synthgap.encoder.strangers import Stranger  # It takes seconds to import.

    return Stranger(settings.encoder, settings.revision)
