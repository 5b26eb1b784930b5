"""Which stages ran between two lock files of DVC, and what set them off."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import Field

from synthgap.floor import params
from synthgap.floor.params import Section


class Item(Section, extra="ignore"):
    """A dep or an out."""

    path: str
    md5: str | None = None


class Entry(Section, extra="ignore", strict=False):
    """What the lock file has of a stage."""

    cmd: str | list[str]
    deps: tuple[Item, ...] = ()
    outs: tuple[Item, ...] = ()
    params: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By file, then key."""


class Lock(Section, extra="ignore"):
    """A dvc.lock."""

    stages: dict[str, Entry] = Field(default_factory=dict)


class Rerun(NamedTuple):
    """A stage whose entry is another one: it ran, or came from DVC's run cache."""

    stage: str
    because: list[str]
    """Paths of deps, keys of params, or `cmd`."""
    has_other_results: bool


class Reruns(NamedTuple):
    """What became of the stages."""

    ran: list[Rerun]
    """In the order of the new lock file."""
    came: list[str]
    left: list[str]
    total: int
    """Stages of the new lock file."""
    causes: list[str]
    """Of all `because`, what no stage writes; of a section and a setting in it, the setting."""


def read_lock(content: Any, place: str) -> Lock:  # noqa: ANN401
    """Return a lock file's content.

    Raises:
        InputError: it is none; the message begins with `place`.
    """
    lock: Lock = params.check(content, Lock, place)
    return lock


def compare_locks(old: Lock, new: Lock) -> Reruns:
    """Return which stages ran between two lock files."""
    pairs = [
        (name, old.stages[name], entry)
        for name, entry in new.stages.items()
        if name in old.stages and old.stages[name] != entry
    ]
    ran = [
        Rerun(name, list(_because(then, now)), _hashes(then.outs) != _hashes(now.outs))
        for name, then, now in pairs
    ]
    entries = [*old.stages.values(), *new.stages.values()]
    written = {item.path for entry in entries for item in entry.outs}
    reasons = {reason for rerun in ran for reason in rerun.because}
    return Reruns(
        ran=ran,
        came=[name for name in new.stages if name not in old.stages],
        left=[name for name in old.stages if name not in new.stages],
        total=len(new.stages),
        causes=sorted(
            reason
            for reason in reasons
            if not _is_written(reason, written)
            and not any(other.startswith(f"{reason}.") for other in reasons)
        ),
    )


def _because(old: Entry, new: Entry) -> Iterator[str]:
    if old.cmd != new.cmd:
        yield "cmd"
    yield from _differing(_hashes(old.deps), _hashes(new.deps))
    yield from _differing(_values(old), _values(new))


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if name not in old or name not in new or old[name] != new[name]:
            yield name


def _hashes(items: Iterable[Item]) -> dict[str, str | None]:
    return {item.path: item.md5 for item in items}


def _values(entry: Entry) -> dict[str, Any]:
    return {key: value for values in entry.params.values() for key, value in values.items()}


def _is_written(reason: str, written: Iterable[str]) -> bool:
    """Tell whether stages write a path, something in it, or a folder that it lies in."""
    return any(
        reason == path or path.startswith(f"{reason}/") or reason.startswith(f"{path}/")
        for path in written
    )
