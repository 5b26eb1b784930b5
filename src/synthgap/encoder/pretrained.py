"""Where an encoder's files are: in an installed package, in a folder, or on the hub."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import HfHubHTTPError
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
            InputError: the file of weights cannot be read, or lacks some.
        """
        first = self.shape.layers - trained
        below = self._read(bert.Part(True, range(first)))
        return below, self._read(bert.Part(False, range(first, self.shape.layers)))

    def _read(self, part: bert.Part) -> bert.Bert:
        try:
            return bert.Bert.read(self.shape, part, str(self.weights))
        except (SafetensorError, KeyError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0]
            raise InputError(
                f"{self.weights}: {reason}, expected safetensors with the weights of {self.shape}"
            ) from error

    def tokenise(self, texts: Sequence[str], max_tokens: int) -> list[Tensor]:
        """Return each text's token ids, cut after `max_tokens`."""
        tokenizer = Tokenizer.from_file(str(self.tokenizer))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
        return [torch.tensor(text.ids) for text in tokenizer.encode_batch(list(texts))]


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


def find(encoder: str, revision: str | None = None) -> Pretrained | None:
    """Return an encoder's files, fetched from the hub where it is no folder.

    None where it is of another kind, or where not all files are to be had: transformers, which
    knows more kinds and files (`strangers`), then loads it or says what is wrong.
    """
    folder = local(encoder)

    def file(name: str) -> Path:
        if folder is None:
            return Path(hf_hub_download(encoder, name, revision=revision))
        return (folder / name).resolve(strict=True)

    def told(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(file(name).read_text(encoding="utf-8"))
        return found

    try:
        shape = described(told("config.json"))
        if shape is None:
            return None
        longest = told("tokenizer_config.json").get("model_max_length", shape.longest)
        return Pretrained(
            shape, file("model.safetensors"), file("tokenizer.json"), min(longest, shape.longest)
        )
    except (HfHubHTTPError, OSError, ValueError, KeyError):
        return None
