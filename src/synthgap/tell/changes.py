"""What became of the numbers between two summaries."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.floor.params import Name, Section
from synthgap.floor.plan import Study, cells
from synthgap.measure.stats.difference import difference_interval
from synthgap.measure.stats.intervals import Interval, mean_interval
from synthgap.tell.summary import Place, TaskLine, score

OWN = "own"
"""Where the texts of tasks with files of their own come from."""


class Texts(Section, extra="ignore"):
    """Where the human texts come from."""

    source: Name
    own: list[str] | None = None
    """Tasks with files of their own, where others come from `source`."""

    def of(self, task: str) -> str:
        """Return where a task's texts come from."""
        return OWN if task in (self.own or []) else self.source


class Plan(Study, extra="ignore"):
    """The axes that both plans have."""


class Numbers(TaskLine, extra="ignore"):
    """One source and model on one task."""


class Told(Section, extra="ignore"):
    """What is compared of a summary; other sections may be of an older or newer version."""

    data: Texts
    plan: Plan
    tolerance: float
    tasks: dict[str, dict[str, dict[str, Numbers]]]
    """By task, model, then source."""


class CellChange(NamedTuple):
    """A cell that both plans have, with its numbers then and now."""

    place: Place
    old: TaskLine
    new: TaskLine

    @property
    def macro_f1(self) -> Interval:
        """How much macro-F1 rose."""
        return difference_interval(score(self.new), score(self.old))


class Moved(NamedTuple):
    """What came into an axis of the plan, and what left it."""

    came: list[str]
    left: list[str]


class Changes(NamedTuple):
    """All that became of the numbers."""

    source: str
    """Where the human texts of the new plan come from."""
    moves: dict[tuple[str, str], list[str]]
    """Tasks of both plans whose human texts came from the first, and come from the second."""
    tolerances: tuple[float, float]
    axes: dict[str, Moved]
    """By the plan's axis; only those that are not the same."""
    cells: list[CellChange]
    """Of both plans, in the order of the new one, the same ones too."""

    @property
    def changed(self) -> list[CellChange]:
        """The cells with another number."""
        return [cell for cell in self.cells if cell.old != cell.new]

    @property
    def verdicts(self) -> list[CellChange]:
        """The cells with another verdict."""
        return [cell for cell in self.cells if cell.old.verdict != cell.new.verdict]


def read(summary: Any, place: str) -> Told:  # noqa: ANN401
    """Return what is compared of a summary's content.

    Raises:
        InputError: it is none, or one of a version that wrote other numbers; the message begins
            with `place`.
    """
    told: Told = params.check(summary, Told, place)
    for task in told.plan.tasks:
        for source, model in cells(told.plan.sources, told.plan.models):
            if source not in told.tasks.get(task, {}).get(model, {}):
                raise InputError(f"{place}: no numbers of {source} with {model} on {task}")
    return told


def compare(old: Told, new: Told) -> Changes:
    """Return what became of the old numbers."""
    axes = {
        axis: _moved(getattr(old.plan, axis), getattr(new.plan, axis))
        for axis in ("tasks", "sources", "models", "seeds")
    }
    return Changes(
        source=new.data.source,
        moves=_moves(old, new),
        tolerances=(old.tolerance, new.tolerance),
        axes={axis: moved for axis, moved in axes.items() if moved.came or moved.left},
        cells=_shared_cells(old, new),
    )


def mean_changes(changes: Changes) -> dict[tuple[str, str], Interval]:
    """Return by model and source how much macro-F1 rose in the mean over the shared tasks."""
    parts: dict[tuple[str, str], list[Interval]] = {}
    for cell in changes.cells:
        parts.setdefault((cell.place.model, cell.place.source), []).append(cell.macro_f1)
    return {key: mean_interval(found) for key, found in parts.items()}


def _moved(old: Sequence[Any], new: Sequence[Any]) -> Moved:
    came = [str(name) for name in new if name not in old]
    return Moved(came, [str(name) for name in old if name not in new])


def _shared_tasks(old: Told, new: Told) -> list[str]:
    return [task for task in new.plan.tasks if task in old.plan.tasks]


def _moves(old: Told, new: Told) -> dict[tuple[str, str], list[str]]:
    moves: dict[tuple[str, str], list[str]] = {}
    for task in _shared_tasks(old, new):
        then, now = old.data.of(task), new.data.of(task)
        if then != now:
            moves.setdefault((then, now), []).append(task)
    return moves


def _shared_cells(old: Told, new: Told) -> list[CellChange]:
    shared = []
    for task in _shared_tasks(old, new):
        for source, model in cells(new.plan.sources, new.plan.models):
            if source in old.plan.sources and model in old.plan.models:
                then, now = old.tasks[task][model][source], new.tasks[task][model][source]
                shared.append(CellChange(Place(task, source, model), then, now))
    return shared
