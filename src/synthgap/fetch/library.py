"""The adapter to the library `datasets`, which only this module imports.

`datasets.load_dataset` makes a builder, has it prepare its tables, and takes them from it. The
same three steps are taken one by one here, because a builder knows its files and its commit.
"""

import logging
import os
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from synthgap.fetch.columns import values
from synthgap.fetch.origin import Columns
from synthgap.floor.errors import InputError

MAX_REASON = 300
"""Characters of a library's message that are passed on."""


def go_offline() -> None:
    """Make sure that nothing is looked up on the hub; to be called before all else here."""
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1")


@contextmanager
def reading(what: str) -> Iterator[Any]:
    """Yield the library; what it raises within the block is bad input.

    Raises:
        InputError: one line that begins with `what`.
    """
    if not sys.stderr.isatty():
        os.environ.update(HF_DATASETS_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_PROGRESS_BARS="1")
    import datasets
    import yaml  # type: ignore[import-untyped]
    from huggingface_hub.errors import EntryNotFoundError
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]

    # It logs what it raises as well.
    datasets.logging.set_verbosity(logging.CRITICAL)
    expected = (
        datasets.exceptions.DatasetsError,
        EntryNotFoundError,
        httpx.HTTPError,
        pa.ArrowException,
        yaml.YAMLError,
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
        ValueError,
    )
    try:
        yield datasets
    except InputError:
        raise
    except expected as error:
        reason = " ".join(str(error.__cause__ or error).split())[:MAX_REASON]
        raise InputError(f"{what}: cannot be read ({reason})") from error


def take(
    builder: Any,  # noqa: ANN401
    splits: Sequence[str],
    columns: Sequence[str],
    what: str,
) -> list[Columns]:
    """Return the columns of each split that a builder makes.

    Raises:
        InputError: a split or a column is not there, or a file cannot be read.
    """
    with reading(what):
        builder.download_and_prepare()
    tables = []
    for split in splits:
        if split not in builder.info.splits:
            found = ", ".join(builder.info.splits)
            raise InputError(f"{what}: no split {split!r}, found {found}")
        with reading(what):
            dataset = builder.as_dataset(split)
        for name in columns:
            if name not in dataset.features:
                found = ", ".join(dataset.features)
                raise InputError(f"{what}, split {split}: no column {name!r}, found {found}")
        with reading(what):
            table = dataset.select_columns(list(columns)).with_format("arrow")[:]
            tables.append({name: values(table[name], dataset.features[name]) for name in columns})
    return tables
