"""A folder laid out like the hub, read with no network and no cache."""

import glob
import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from synthgap.fetch import library
from synthgap.fetch.origin import Columns, Place
from synthgap.fetch.source import mirror_folder
from synthgap.floor.errors import InputError

FORMATS = {".csv": "csv", ".json": "json", ".jsonl": "json", ".parquet": "parquet"}
"""A dataset may be a single file, too: the reader by its suffix."""


class Mirror:
    """The mirror that `fetch.mirror` names."""

    revision: str | None = None

    def __init__(self, name: str, folder: Path, scratch: Path) -> None:
        self.digests: dict[str, str] = {}
        self._name = name
        self._folder = folder
        self._scratch = str(scratch)
        library.go_offline()

    def absence(self, place: Place) -> str | None:
        """Return why the mirror does not have the table, None if it has."""
        path, name = self._find(place)
        if not path.exists():
            return f"the mirror has no {name}"
        with library.reading(f"{self._name}/{name}") as datasets:
            configs = datasets.get_dataset_config_names(str(path))
        if place.config is not None and place.config not in configs:
            return f"the mirror's {name} has no config {place.config}"
        return None

    def load(self, place: Place, splits: Sequence[str], columns: Sequence[str]) -> list[Columns]:
        """Return the columns of each split, and note the SHA-256 of the files that were read."""
        path, name = self._find(place)
        what = f"{self._name}/{name}"
        if not path.exists():
            raise InputError(f"{what}: no such file or folder, expected a dataset as on the hub")
        with library.reading(what) as datasets:
            builder = self._builder(datasets, path, place.config, splits)
        tables = library.take(builder, splits, columns, what)
        for split in splits:
            for file in map(Path, builder.config.data_files[split]):
                # Links on the way are followed by some readers and not by others.
                inner = file.relative_to(path if file.is_relative_to(path) else path.resolve())
                with file.open("rb") as content:
                    digest = hashlib.file_digest(content, "sha256").hexdigest()
                self.digests[Path(name, inner).as_posix()] = digest
        return tables

    def _find(self, place: Place) -> tuple[Path, str]:
        name = place.mirror or place.hub or ""
        return self._folder / name, name

    def _builder(
        self,
        datasets: Any,  # noqa: ANN401
        path: Path,
        config: str | None,
        splits: Sequence[str],
    ) -> Any:  # noqa: ANN401
        if path.is_dir():
            return datasets.load_dataset_builder(str(path), config, cache_dir=self._scratch)
        reader = FORMATS.get(path.suffix, "parquet")
        # The reader of CSV files would take the text "None" for a missing value.
        options = {"keep_default_na": False} if reader == "csv" else {}
        files = {split: str(path) for split in splits}
        return datasets.load_dataset_builder(
            reader, data_files=files, cache_dir=self._scratch, **options
        )


@contextmanager
def opened(name: str, environment: Mapping[str, str]) -> Iterator[Mirror]:
    """Yield the mirror.

    Raises:
        InputError: it is not there.
    """
    folder = mirror_folder(name, environment)
    if not folder.is_dir():
        raise InputError(
            f"{name}: no such folder, but data/source.json says that it is the mirror; expected "
            "it there, or `dvc repro --force choose_source` to choose a source anew"
        )
    if glob.has_magic(str(folder.resolve())):
        raise InputError(
            f"{folder.resolve()}: the mirror's path has one of *?[], which would be taken for a "
            "pattern; expected it, or this repository, in another folder"
        )
    with tempfile.TemporaryDirectory(prefix="synthgap-") as scratch:
        yield Mirror(name, folder.absolute(), Path(scratch))
