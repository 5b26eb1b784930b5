"""Which source the human texts of the whole plan come from, as `data/source.json` says it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from synthgap.floor import params, tables
from synthgap.floor.params import Section

OWN = "own"
"""Where the texts of a task with a file of its own come from, whatever the plan's source is."""

Source = Literal["mirror", "hub", "sample"]
Origin = Literal["mirror", "hub", "sample", "own"]
Asked = Literal["auto", "mirror", "hub", "sample"]


class Choice(Section):
    """One source for all tasks, so that sources never mix."""

    source: Source
    asked: Asked
    mirror: str | None
    why: str


def read(path: Path) -> Choice:
    """Return the choice that `choose_source` has written.

    Raises:
        InputError: no such file, or other content.
    """
    choice: Choice = params.check(tables.read_metrics(path), Choice, str(path))
    return choice


def mirror_folder(mirror: str, environment: Mapping[str, str]) -> Path:
    """Return where the mirror is: `mirror` is relative to the repository's root.

    DVC runs experiments in a copy of the repository elsewhere, and names the root in DVC_ROOT.
    """
    return Path(environment.get("DVC_ROOT", "."), mirror)
