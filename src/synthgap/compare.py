"""What changed since a revision: its summary and lock file against those of the working tree."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from synthgap import revisions
from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.revisions import Revision
from synthgap.tell import changes, comment, reruns

SUMMARY = "metrics/summary.json"
LOCK = "dvc.lock"
FIGURES = ("plots/figures", "plots/report.html")


def compare(name: str) -> str:
    """Return what the working tree changed since the revision, as Markdown.

    Raises:
        InputError: no git repository, no such revision, one of the two has no summary, or one that
            is damaged or of another version.
    """
    revision = revisions.resolve(name)
    then = _told_at(revision)
    now = changes.read(tables.read_metrics(Path(SUMMARY)), SUMMARY)
    return comment.page(
        comment.Material(
            revision=str(revision),
            changes=changes.compare(then, now),
            reruns=_reruns(revision),
            figures=revisions.changed_files(revision, FIGURES),
            metrics=revisions.dvc_diff("metrics", revision),
            params=revisions.dvc_diff("params", revision),
        )
    )


def _told_at(revision: Revision) -> changes.Told:
    try:
        return changes.read(_summary_at(revision), f"{SUMMARY} of {revision}")
    except InputError as error:
        raise InputError(f"{error}; expected a summary as this version writes it") from error


def _summary_at(revision: Revision) -> Any:  # noqa: ANN401
    text = revisions.file_at(revision, SUMMARY)
    if text is None:
        raise InputError(f"{revision} has no {SUMMARY}")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{SUMMARY} of {revision}: not valid JSON ({error})") from error


def _reruns(revision: Revision) -> reruns.Reruns | None:
    then, file = revisions.file_at(revision, LOCK), Path(LOCK)
    if then is None or not file.is_file():
        return None
    return reruns.compare_locks(
        _lock(then, f"{LOCK} of {revision}"), _lock(file.read_text(encoding="utf-8"), LOCK)
    )


def _lock(text: str, place: str) -> reruns.Lock:
    try:
        content = YAML(typ="safe").load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{place}: not valid YAML: {' '.join(str(error).split())}") from error
    return reruns.read_lock(content, place)
