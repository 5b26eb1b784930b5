"""What earlier revisions of the study hold, and what DVC says of the difference, by their commands.

Everything is compared with the working tree, as `dvc metrics diff` does.
"""

import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

from synthgap.floor.errors import InputError


class Revision(NamedTuple):
    """A commit, and what the user calls it."""

    name: str
    commit: str
    """Its hash, as short as git finds unambiguous."""

    def __str__(self) -> str:
        """The name with the hash, unless it is one itself."""
        is_hash = self.name.startswith(self.commit)
        return self.commit if is_hash else f"{self.name} ({self.commit})"


def resolve(name: str) -> Revision:
    """Return the commit that the name stands for.

    Raises:
        InputError: this is no git repository, or it has no such revision.
    """
    inside = _git("rev-parse", "--is-inside-work-tree")
    if inside.returncode or inside.stdout.strip() != b"true":
        raise InputError("the current folder is in no git repository, expected the study's")
    found = _git(
        "rev-parse", "--verify", "--quiet", "--short", "--end-of-options", f"{name}^{{commit}}"
    )
    if found.returncode:
        raise InputError(
            f"revision {name!r} is not known to git here, expected a commit, branch or tag "
            "(a shallow clone has only the newest)"
        )
    return Revision(name, found.stdout.decode("ascii").strip())


def file_at(revision: Revision, path: str) -> str | None:
    """Return a file's text as the revision has it, None if it has no such file.

    Args:
        revision: whose file.
        path: relative to the current folder.

    Raises:
        InputError: the file is not UTF-8.
    """
    shown = _git("show", f"{revision.commit}:./{path}")
    if shown.returncode:
        return None
    try:
        return shown.stdout.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} of {revision}: not UTF-8 at byte {error.start}") from error


def changed_files(revision: Revision, folders: Sequence[str]) -> list[str]:
    """Return the files in these folders that differ from the revision's, or are new, sorted."""
    differing = _git("diff", "--name-only", "--relative", "-z", revision.commit, "--", *folders)
    untracked = _git("ls-files", "--others", "--exclude-standard", "-z", "--", *folders)
    listed = (differing.stdout + untracked.stdout).decode("utf-8", errors="replace")
    return sorted({name for name in listed.split("\0") if name})


def dvc_diff(kind: str, revision: Revision) -> str:
    """Return the table of `dvc metrics diff` or `dvc params diff` in Markdown, empty if no rows.

    Raises:
        InputError: DVC fails; the message is its last line.
    """
    command = [sys.executable, "-m", "dvc", kind, "diff", "--md", revision.commit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise InputError(f"dvc {kind} diff {revision.name}: {said[-1]}")
    table = done.stdout.strip()
    return table if table.count("\n") > 1 else ""


def _git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise InputError(f"git cannot be run ({error.strerror})") from error
