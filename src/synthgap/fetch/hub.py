"""The Hugging Face hub, or whatever HF_ENDPOINT names, with the library's own cache."""

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from synthgap.fetch import library
from synthgap.fetch.origin import Columns, Place
from synthgap.floor.errors import InputError

SECONDS = 10
"""How long the hub has to say which commit a revision is."""


class Hub:
    """The hub, at one commit of each dataset."""

    def __init__(self, scratch: Path) -> None:
        self.revision: str | None = None
        self.digests: dict[str, str] = {}
        self._scratch = scratch

    def absence(self, place: Place) -> str | None:
        """Return why the hub does not have the table, None if it should."""
        if place.hub is None:
            return "the hub has none"
        with library.reading(f"the hub's {place.hub}") as datasets:
            commit = _commit(place.hub, place.revision)
            configs = datasets.get_dataset_config_names(place.hub, revision=commit)
        has = place.config is None or place.config in configs
        return None if has else f"the hub's {place.hub} has no config {place.config}"

    def load(self, place: Place, splits: Sequence[str], columns: Sequence[str]) -> list[Columns]:
        """Return the columns of each split, and note the commit."""
        if place.hub is None:
            raise InputError(
                f"{place.mirror}: this dataset has no hub id, so only a mirror can have it; "
                "expected fetch.source to be mirror, or the task out of study.tasks"
            )
        what = f"the hub's {place.hub}"
        with library.reading(what) as datasets:
            commit = _commit(place.hub, place.revision)
            if place.files and place.config in place.files.paths:
                local = self._download(place.hub, commit, place.files.paths[place.config])
                builder = datasets.load_dataset_builder(
                    place.files.format,
                    data_files=local,
                    cache_dir=str(self._scratch / "prepared"),
                    **place.files.options,
                )
            else:
                builder = datasets.load_dataset_builder(place.hub, place.config, revision=commit)
                # When the hub falls silent the library takes whatever is in its cache.
                if builder.hash != commit:
                    raise InputError(f"{what}: the hub stopped answering, expected {commit}")
        self.revision = commit
        return library.take(builder, splits, columns, what)

    def _download(self, hub: str, commit: str, paths: Mapping[str, str]) -> dict[str, str]:
        from huggingface_hub import hf_hub_download

        local = {}
        for split, path in paths.items():
            archive, _, member = path.partition("::")
            file = hf_hub_download(hub, archive, repo_type="dataset", revision=commit)
            if member:
                with zipfile.ZipFile(file) as content:
                    if member not in content.namelist():
                        raise InputError(f"the hub's {hub}, {archive}: no member {member!r}")
                    file = content.extract(member, self._scratch)
            local[split] = file
        return local


def _commit(hub: str, revision: str | None) -> str:
    from huggingface_hub import HfApi

    return str(HfApi().dataset_info(hub, revision=revision, timeout=SECONDS).sha)


@contextmanager
def opened() -> Iterator[Hub]:
    """Yield the hub."""
    with tempfile.TemporaryDirectory(prefix="synthgap-") as scratch:
        yield Hub(Path(scratch))
