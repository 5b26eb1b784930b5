"""The backend `corpus`: texts that a language model has already written, from a file."""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.generate.backend import Candidate

log = logging.getLogger(__name__)


class Corpus:
    """The texts of one task and source; it gives all of them at once, in the file's order."""

    def __init__(self, path: Path, source: str, labels: list[str]) -> None:
        self.place = str(path)
        self._left = _read(path, source, labels)
        log.info("%s: written beforehand, these texts do not depend on the prompts", path)

    def write(self, wanted: Mapping[str, int]) -> list[Candidate]:
        """Return all texts the first time, whatever is wanted, and none after that."""
        texts, self._left = self._left, []
        return texts


def _read(path: Path, source: str, labels: list[str]) -> list[Candidate]:
    if not path.is_file():
        raise InputError(
            f"{path}: no such file, expected a corpus with the columns label and text "
            "(put one there, or have it written with generate.backend: api, or take the source out "
            "of study.sources or the task out of study.tasks)"
        )
    frame = tables.read_texts(path, tables.CORPUS)
    tables.check_labels(frame, labels, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = zip(frame["label"], frame["text"], strict=True)
    return [
        Candidate(
            id=f"{source}-{number}",
            text=text.strip(),
            label=label,
            model="corpus",
            prompt_sha256=digest,
            reply=number,
            position=0,
            example_ids=[],
        )
        for number, (label, text) in enumerate(rows, start=1)
    ]
