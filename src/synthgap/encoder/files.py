"""Where an encoder's files are: in an installed package, in a folder, or on the hub."""

import json
from pathlib import Path
from typing import Any

from httpx2 import HTTPError
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import EntryNotFoundError

from synthgap.encoder import minilm
from synthgap.floor.errors import InputError


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


def read(file: Path) -> dict[str, Any]:
    """Return the object that a JSON file of an encoder holds.

    Raises:
        InputError: it cannot be read, or holds something else.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise not_loaded(str(file), error) from error
    if not isinstance(found, dict):
        raise not_loaded(str(file), ValueError(f"{type(found).__name__} instead of an object"))
    return found


def file_of(encoder: str, revision: str | None, name: str) -> Path:
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
