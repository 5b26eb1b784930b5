"""Where an encoder's files are: in an installed package, in a folder, or on the hub."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from httpx2 import HTTPError
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import EntryNotFoundError
from safetensors import SafetensorError
from tokenizers import Tokenizer
from torch import Tensor

from synthgap.encoder import bert, minilm
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


def local(encoder: str) -> Path | None:
    """Return the folder of an encoder; None where it is a hub id."""
    folder = minilm.folder() if encoder == minilm.NAME else Path(encoder)
    return folder if folder.is_dir() else None


def not_loaded(place: str, error: Exception) -> InputError:
    """Return what is said of an encoder, or of a file of it, that cannot be loaded."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return InputError(
        f"{place}: cannot be loaded as an encoder ({reason}), expected {minilm.NAME!r}, a folder "
        "or a hub id with safetensors"
    )


def find(encoder: str, revision: str | None = None) -> Pretrained | None:
    """Return an encoder's files, fetched from the hub where it is no folder.

    None where it is of another kind, or has its weights or tokens in other files: then
    transformers knows (`strangers`).

    Raises:
        InputError: it is not there, cannot be fetched, or its configuration cannot be read.
    """
    try:
        config = _told(encoder, revision, "config.json")
    except (EntryNotFoundError, FileNotFoundError) as error:
        raise not_loaded(encoder, error) from error
    try:
        shape = described(config)
        if shape is None:
            return None
        weights, tokenizer = (
            _file(encoder, revision, name) for name in ("model.safetensors", "tokenizer.json")
        )
    except (KeyError, TypeError) as error:
        raise not_loaded(f"{encoder}/config.json", error) from error
    except (EntryNotFoundError, FileNotFoundError):
        return None
    try:
        told = _told(encoder, revision, "tokenizer_config.json").get("model_max_length")
    except (EntryNotFoundError, FileNotFoundError):
        told = None  # Not every encoder has this file.
    return Pretrained(shape, weights, tokenizer, min(told or shape.longest, shape.longest))


def _told(encoder: str, revision: str | None, name: str) -> dict[str, Any]:
    file = _file(encoder, revision, name)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise not_loaded(str(file), error) from error
    if not isinstance(found, dict):
        raise not_loaded(str(file), ValueError(f"{type(found).__name__} instead of an object"))
    return found


def _file(encoder: str, revision: str | None, name: str) -> Path:
    """Return where a file of an encoder is.

    Raises:
        FileNotFoundError, EntryNotFoundError: the encoder has no such file.
        InputError: it cannot be fetched.
    """
    folder = local(encoder)
    if folder is not None:
        return (folder / name).resolve(strict=True)
    try:
        return Path(hf_hub_download(encoder, name, revision=revision))
    except EntryNotFoundError:
        raise
    except (OSError, ValueError, HTTPError) as error:
        raise not_loaded(encoder, error) from error
