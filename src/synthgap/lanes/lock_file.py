"""`dvc.lock` with one stage's entry in its place, and all else as it was.

For each stage DVC parses the whole file in Python and writes it anew: 1.7 s of a processor with the
stages of the default study, and other lanes wait meanwhile. Here only the entry goes through DVC's
serialiser. The bytes are the same (`tests/lanes/test_lock_file.py`).
"""

import re
import signal
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dvc.dvcfile import Lockfile
from dvc.stage import PipelineStage
from dvc.stage.serialize import to_lockfile
from dvc.utils.serialize import dump_yaml

from synthgap.floor.tables import replacing

HEAD = "schema: '2.0'\nstages:\n"

_by_dvc = Lockfile.dump_stages


def record(lock: Lockfile, stages: Sequence[PipelineStage], **options: Any) -> None:  # noqa: ANN401
    """Do what `Lockfile.dump_stages` does, whatever interrupt comes meanwhile.

    A file that is not of the form in which DVC writes it is left to DVC. It writes in place, so
    that half a file would be left; of an interrupt the process that gives the stages knows too.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        path = Path(lock.path).resolve()
        text = path.read_text(encoding="utf-8") if path.exists() else HEAD
        found = with_entries(text, [_entry(to_lockfile(stage, **options)) for stage in stages])
        if found is None:
            _by_dvc(lock, stages, **options)
        elif found != text:
            with replacing(path) as beside:
                beside.write_text(found, encoding="utf-8")
            lock.repo.scm_context.track_file(lock.relpath)
    finally:
        signal.signal(signal.SIGINT, before)


def with_entries(text: str, entries: Sequence[str]) -> str | None:
    """Return the text of a lock file with entries of stages, or None if it has another form.

    Args:
        text: of the file.
        entries: each of lines, of which the first is the stage's name. It takes the place of an
            entry of that name, or goes behind all others.
    """
    for entry in entries:
        found = _with_entry(text, entry)
        if found is None:
            return None
        text = found
    return text


def _with_entry(text: str, entry: str) -> str | None:
    name, *_ = entry.splitlines()
    # What params share has an anchor, and its name is one of the whole file.
    is_plain = text.startswith(HEAD) and "&id0" not in text + entry
    if not (is_plain and re.fullmatch(r"  \S.*:", name)):
        return None
    if old := re.search(rf"^{re.escape(name)}\n(( {{3}}.*)?\n)*", text, re.MULTILINE):
        return text[: old.start()] + entry + text[old.end() :]
    is_last_section = not re.search(r"^\S", text.removeprefix(HEAD), re.MULTILINE)
    return text + entry if is_last_section and text.endswith("\n") else None


def _entry(stages: dict[str, Any]) -> str:
    """Return a stage's lines as DVC writes them, in the place where they are indented alike."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "dvc.lock")
        dump_yaml(str(file), {"schema": "2.0", "stages": stages})
        return file.read_text(encoding="utf-8").removeprefix(HEAD)
