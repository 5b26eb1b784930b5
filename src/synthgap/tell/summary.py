"""The summary: the plan's numbers in one document, as `summarize` writes and `report` tells it.

Its nesting is made for `dvc metrics diff`, whose lines then read tasks.humor.minilm.zero_shot.gap.
Intervals are lists, which DVC leaves out: a cell that changed has a line for its score, its gap and
its verdict, and no more.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from synthgap.fetch.source import Origin
from synthgap.floor import params, tables
from synthgap.floor.params import Section
from synthgap.floor.plan import REAL, Study, cells
from synthgap.measure.diversity.section import Diversity
from synthgap.measure.ranking.card import Judgments
from synthgap.measure.relation.card import Relations
from synthgap.measure.scoring.cards import Verdict
from synthgap.measure.sizes.card import Worth
from synthgap.measure.stats.intervals import Interval

Ends = Annotated[list[float], Field(min_length=2, max_length=2)]
"""Of an interval: the lower one, then the upper one."""


class Data(Section):
    """Where the human texts come from, and a warning where they are not human."""

    source: Origin
    own: list[str] | None = None
    """Tasks whose texts come from files of their own, where others come from `source`."""
    demonstration: Literal[True] | None = None
    warning: str | None = None


class Line(Section):
    """One source and model; what is about the gap is absent where there is none."""

    macro_f1: float
    interval: Ends
    n: int
    gap: float | None = None
    gap_interval: Ends | None = None


class TaskLine(Line):
    """On one task; n counts test texts."""

    verdict: Verdict | None = None


class MeanLine(Line):
    """Over all tasks of the plan; n counts them, and so do the verdicts."""

    n_stands_in: int | None = None
    n_falls_short: int | None = None
    n_undecided: int | None = None


class TaskSubjectivity(Section):
    """What judges and voters say of a task; absent where nobody was asked."""

    rank: float | None = None
    """1 for the most objective task; the higher, the more subjective."""
    mean_agreement: float | None = None
    """Of people on its texts, in (0, 1]."""
    alpha: float | None = None
    """Krippendorff's, of the people."""


class Why(Section):
    """What the gaps are related to."""

    judgments: Judgments
    """Who ranked the tasks."""
    tasks: dict[str, TaskSubjectivity]
    relations: Relations


class WorthLine(Section):
    """What one source of a task is worth to a model, in human labels."""

    texts: int
    """Of the source."""
    worth: Worth
    human_texts: int
    """All of the human training table."""
    gain: float
    """Of macro-F1, by the source's texts beside all of these."""
    gain_low: float
    gain_high: float


class Summary(Section):
    """The whole document."""

    data: Data
    plan: Study
    tolerance: float
    left_out_rows: dict[str, int]
    """By task: test texts that also stand in a training table and are scored for no source."""
    mean: dict[str, dict[str, MeanLine]]
    """By model, then source."""
    tasks: dict[str, dict[str, dict[str, TaskLine]]]
    """By task, model, then source."""
    subjectivity: Why
    diversity: Diversity
    worth: dict[str, dict[str, dict[str, WorthLine]]] | None = None
    """By task, model, then source; where size curves are asked for."""

    @model_validator(mode="after")
    def _has_the_plans_lines(self) -> Self:
        by_place: dict[str, Mapping[str, Mapping[str, Line]]] = {"mean": self.mean}
        by_place |= {f"tasks.{task}": self.tasks.get(task, {}) for task in self.plan.tasks}
        for place, lines in by_place.items():
            for cell in cells(self.plan.sources, self.plan.models):
                line = lines.get(cell.model, {}).get(cell.source)
                if line is None or _has_gap(line) != (cell.source in compared(self)):
                    raise ValueError(f"{place}.{cell.model}.{cell.source} does not fit the plan")
        return self


class Place(NamedTuple):
    """Where in the summary a line stands."""

    task: str
    source: str
    model: str


def read(path: Path) -> Summary:
    """Return the summary.

    Raises:
        InputError: no such file, or another content than `summarize` writes.
    """
    summary: Summary = params.check(tables.read_metrics(path), Summary, str(path))
    return summary


def score(line: Line) -> Interval:
    """Return the macro-F1 with its interval."""
    low, high = line.interval
    return Interval(line.macro_f1, low, high, line.n)


def gap(line: Line) -> Interval:
    """Return the gap with its interval.

    Raises:
        ValueError: the line has none; those of the sources that are `compared` do.
    """
    if line.gap is None or line.gap_interval is None:
        raise ValueError("the line has no gap")
    low, high = line.gap_interval
    return Interval(line.gap, low, high, line.n)


def compared(summary: Summary) -> list[str]:
    """Return the sources that have a gap to real texts: none where these are not in the plan."""
    sources = summary.plan.sources
    return [source for source in sources if source != REAL] if REAL in sources else []


def task_lines(summary: Summary) -> Iterator[tuple[Place, TaskLine]]:
    """Yield the lines of all cells in the order of the plan."""
    for task in summary.plan.tasks:
        for source, model in cells(summary.plan.sources, summary.plan.models):
            yield Place(task, source, model), summary.tasks[task][model][source]


def tasks_by_gap(summary: Summary) -> list[str]:
    """Return the tasks, the largest mean gap first; without gaps as the plan has them."""
    total = dict.fromkeys(summary.plan.tasks, 0.0)
    for place, line in task_lines(summary):
        total[place.task] += line.gap or 0.0
    return sorted(total, key=lambda task: total[task], reverse=True)


def _has_gap(line: Line) -> bool:
    return None not in (line.gap, line.gap_interval)
