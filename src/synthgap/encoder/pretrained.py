"""Encoders of a kind that `bert` computes, found and read."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from huggingface_hub.errors import EntryNotFoundError
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import Tensor

from synthgap.encoder import bert, minilm
from synthgap.encoder.files import file_of, not_loaded, read
from synthgap.encoder.shape import Shape, described
from synthgap.floor.errors import InputError


class Pretrained(NamedTuple):
    """An encoder of a kind that `bert` computes."""

    shape: Shape
    weights: Path
    """A safetensors file."""
    tokenizer: Path
    longest: int
    """Tokens of a text at most."""

    def whole(self) -> bert.Bert:
        """Return the encoder; raises as `cut` does."""
        return self._read(bert.Part(True, range(self.shape.layers)))

    def cut(self, trained: int) -> tuple[bert.Bert, bert.Bert]:
        """Return what is below the last `trained` layers, and these.

        Raises:
            InputError: the file of weights cannot be read, lacks some, or is of another shape.
        """
        first = self.shape.layers - trained
        below = self._read(bert.Part(True, range(first)))
        return below, self._read(bert.Part(False, range(first, self.shape.layers)))

    def _read(self, part: bert.Part) -> bert.Bert:
        try:
            return bert.Bert.read(self.shape, part, str(self.weights))
        except (SafetensorError, KeyError, RuntimeError, OSError) as error:
            raise not_loaded(str(self.weights), error) from error

    def tokenise(self, texts: Sequence[str], max_tokens: int) -> list[Tensor]:
        """Return each text's token ids, cut after `max_tokens`.

        Raises:
            InputError: the tokenizer's file cannot be read.
        """
        try:
            tokenizer = Tokenizer.from_file(str(self.tokenizer))
        except Exception as error:  # tokenizers raises nothing narrower.
            raise not_loaded(str(self.tokenizer), error) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
        rows = tokenizer.encode_batch(list(texts))
        return [torch.tensor(row.ids, dtype=torch.int64) for row in rows]


def bundled() -> Pretrained:
    """Return all-MiniLM-L6-v2.

    Raises:
        InputError: it is not installed, or is not the published one.
    """
    found = find(minilm.NAME)
    if found is None:
        raise InputError(f"{minilm.folder()}: lacks files, expected as in constraints.txt")
    return found


def find(encoder: str, revision: str | None = None) -> Pretrained | None:
    """Return an encoder's files, fetched from the hub where it is no folder.

    None where it is of another kind, or has its weights or tokens in other files: then
    transformers knows (`strangers`).

    Raises:
        InputError: it is not there, cannot be fetched, or its configuration cannot be read.
    """
    try:
        config = read(file_of(encoder, revision, "config.json"))
    except (EntryNotFoundError, FileNotFoundError) as error:
        raise not_loaded(encoder, error) from error
    try:
        shape = described(config)
        if shape is None:
            return None
        weights, tokenizer = (
            file_of(encoder, revision, name) for name in ("model.safetensors", "tokenizer.json")
        )
    except (KeyError, TypeError) as error:
        raise not_loaded(f"{encoder}/config.json", error) from error
    except (EntryNotFoundError, FileNotFoundError):
        return None
    try:
        told = read(file_of(encoder, revision, "tokenizer_config.json")).get("model_max_length")
    except (EntryNotFoundError, FileNotFoundError):
        told = None  # Not every encoder has this file.
    return Pretrained(shape, weights, tokenizer, min(told or shape.longest, shape.longest))
