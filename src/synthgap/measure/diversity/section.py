"""The summary's section on diversity, as `summarize` writes it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from synthgap.floor.params import Section
from synthgap.measure.diversity.card import Number
from synthgap.measure.relation.card import Relations


class DiversityLine(Section):
    """A source's texts of all labels; what is about real texts is absent where there are none."""

    remote_clique_distance: Number
    chamfer_distance: Number
    vendi_score: Number
    similarity_score: Number | None = None
    covered_share: Number | None = None
    auc: Number | None = None


class DiversityTask(Section):
    """A task."""

    n: int
    """Texts of each source."""
    sources: dict[str, DiversityLine]
    held_out: DiversityLine
    """Human texts of the test table."""


def _tasks_read(tasks: Any) -> Any:  # noqa: ANN401
    if not isinstance(tasks, list) or not all(isinstance(one, dict) for one in tasks):
        return tasks
    return {
        record.get("task"): {k: v for k, v in record.items() if k != "task"} for record in tasks
    }


def _tasks_written(tasks: dict[str, DiversityTask]) -> list[dict[str, Any]]:
    return [{"task": name} | task.model_dump(exclude_none=True) for name, task in tasks.items()]


Tasks = Annotated[
    dict[str, DiversityTask], BeforeValidator(_tasks_read), PlainSerializer(_tasks_written)
]
"""By name. In a file a list of records, which `dvc metrics diff` leaves out."""


class Diversity(Section):
    """The section of the summary."""

    tasks: Tasks
    relations: Relations
    """Of the macro-F1 gap with how a source's texts differ."""
