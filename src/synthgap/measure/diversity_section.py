"""The summary's section on diversity, as `summarize` writes it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from synthgap.floor.params import Section
from synthgap.measure.intervals import Interval
from synthgap.measure.relation_card import Relations


def _read(number: Any) -> Any:  # noqa: ANN401
    match number:
        case {"value": value, "interval": [low, high], "n": n, **rest} if not rest:
            return {"value": value, "low": low, "high": high, "n": n}
    return number


def _written(number: Interval) -> dict[str, Any]:
    return {"value": number.value, "interval": [number.low, number.high], "n": number.n}


Number = Annotated[Interval, BeforeValidator(_read), PlainSerializer(_written)]
"""Its interval is a list, which `dvc metrics diff` leaves out."""


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


class Diversity(Section):
    """The section of the summary."""

    tasks: dict[str, DiversityTask]
    relations: Relations
    """Of the macro-F1 gap with how a source's texts differ."""
