"""The first figure: what each task loses, the most objective task on top."""

from typing import NamedTuple

from synthgap.tell import words
from synthgap.tell.page.scales import Scale, Tick, round_steps
from synthgap.tell.summary import Summary, compared, gap

_WIDTH, _NAMES, _MARGIN = 420, 164, 12
_ROW, _HEAD, _FOOT = 30, 8, 40
_OFFSET = 9
"""Between the sources of one task."""


class Mark(NamedTuple):
    """A gap and its interval."""

    source: str
    x: float
    low: float
    high: float
    y: float
    title: str


class Row(NamedTuple):
    """A task."""

    task: str
    rank: str
    y: float
    """Of its middle."""


class GapChart(NamedTuple):
    """A drawing for one model."""

    model: str
    width: int
    height: int
    names: int
    """Width of the column of names."""
    bottom: float
    """Of the rows."""
    row: int
    """Height of one."""
    rows: list[Row]
    marks: list[Mark]
    ticks: list[Tick]
    zero: float
    tolerance: float


def draw(summary: Summary, model: str) -> GapChart | None:
    """Return the drawing; None where the plan has nothing to compare.

    Tasks stand by subjectivity rank, those without one last.
    """
    sources = compared(summary)
    if not sources:
        return None
    order = by_rank(summary)
    found = {(t, s): gap(summary.tasks[t][model][s]) for t in order for s in sources}
    x = _scale(summary)
    rows = []
    marks = []
    for i, task in enumerate(order):
        middle = _HEAD + _ROW * (i + 0.5)
        rank = words.rank(summary.subjectivity.tasks[task].rank)
        rows.append(Row(task, rank, middle))
        for j, source in enumerate(sources):
            one = found[task, source]
            verdict = summary.tasks[task][model][source].verdict
            title = (
                f"{task}, {words.source_name(source)}: {words.points_interval(one)} points lost, "
                f"{verdict}"
            )
            y = middle + _OFFSET * (j - (len(sources) - 1) / 2)
            ends = (x(100 * one.value), x(100 * one.low), x(100 * one.high))
            marks.append(Mark(source, *ends, y, title))
    bottom = _HEAD + _ROW * len(order)
    return GapChart(
        model=model,
        width=_WIDTH,
        height=bottom + _FOOT,
        names=_NAMES,
        bottom=bottom,
        row=_ROW,
        rows=rows,
        marks=marks,
        ticks=[Tick(x(step), words.signed(step)) for step in round_steps(x.low, x.high, 7)],
        zero=x(0),
        tolerance=x(100 * summary.tolerance),
    )


def by_rank(summary: Summary) -> list[str]:
    """Return the tasks, the most objective first, those without a rank last."""
    ranks = {task: summary.subjectivity.tasks[task].rank for task in summary.plan.tasks}
    return sorted(ranks, key=lambda task: (ranks[task] is None, ranks[task] or 0.0))


def _scale(summary: Summary) -> Scale:
    """Return one scale for all models, so that their drawings compare."""
    gaps = [
        gap(summary.tasks[task][model][source])
        for task in summary.plan.tasks
        for model in summary.plan.models
        for source in compared(summary)
    ]
    low = 100 * min(0, *(one.low for one in gaps))
    high = 100 * max(summary.tolerance, *(one.high for one in gaps))
    aside = 0.02 * (high - low) or 1.0
    return Scale(low - aside, high + aside, _NAMES + _MARGIN, _WIDTH - _MARGIN)
