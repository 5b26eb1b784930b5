"""How something known of tasks goes with what is lost on them, as `summarize` writes it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from synthgap.floor.params import Section

_PLACE = ("property", "lost", "model", "source")


class Relation(Section):
    """Rho over tasks; a number that has no value is absent, with the reason."""

    n: int
    """Tasks that have both the property and the gap."""
    rho: float | None = None
    """Above 0: the larger the property, the larger the gap."""
    low: float | None = None
    """95 % interval of rho, over tasks of which these are taken for a sample."""
    high: float | None = None
    p: float | None = None
    """Two-sided: how often chance alone gives a rho at least as far from 0."""
    permutations: int | None = None
    """What p rests on: all n!, or as many as were drawn."""
    absent: dict[str, str] | None = None
    """Why a number has no value, by its name."""


Nested = dict[str, dict[str, dict[str, dict[str, Relation]]]]


def _read(relations: Any) -> Any:  # noqa: ANN401
    if not isinstance(relations, list) or not all(isinstance(one, dict) for one in relations):
        return relations
    nested: dict[str, Any] = {}
    for record in relations:
        number = dict(record)
        *outer, source = (number.pop(part, None) for part in _PLACE)
        inner = nested
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[source] = number
    return nested


def _written(relations: Nested) -> list[dict[str, Any]]:
    return [
        dict(zip(_PLACE, (name, lost, model, source), strict=True))
        | relation.model_dump(exclude_none=True)
        for name, by_loss in relations.items()
        for lost, by_model in by_loss.items()
        for model, by_source in by_model.items()
        for source, relation in by_source.items()
    ]


Relations = Annotated[Nested, BeforeValidator(_read), PlainSerializer(_written)]
"""By property, kind of gap, model, then source. In a file a list of records, one a relation: `dvc
metrics diff` leaves lists out, and would otherwise show all of them after every change."""
