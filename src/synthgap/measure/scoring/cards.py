"""The scorecard of a task, as `evaluate` writes and others read it.

gap = score(real) - score(source): what is lost by training on that source instead.
"""

from typing import Annotated, Literal

from pydantic import PlainSerializer

from synthgap.floor.params import Section
from synthgap.measure.stats.intervals import Interval

Number = Annotated[Interval, PlainSerializer(lambda interval: interval._asdict())]
Verdict = Literal["stands in", "falls short", "undecided"]


class CellCard(Section):
    """The numbers of one source and model, means over seeds."""

    macro_f1: Number
    accuracy: Number
    macro_f1_by_seed: list[float]
    """In the order of the task's `seeds`."""
    f1_by_label: dict[str, float]
    """Without the labels that occur in neither truth nor predictions."""
    gap: Number | None = None
    """Of macro-F1. Absent for real texts, and where none are in the plan."""
    relative_gap: Number | None = None
    """The gap as a share of the score of real texts; absent where that is 0 in some resample."""
    accuracy_gap: Number | None = None
    verdict: Verdict | None = None


class TaskCard(Section):
    """What `evaluate` writes about a task."""

    n: int
    """Test texts that are scored."""
    left_out_rows: int
    resamples: int
    tolerance: float
    seeds: list[int]
    models: dict[str, dict[str, CellCard]]
    """By model, then source."""
