"""The relations of what is known of tasks with what synthetic texts lose on them."""

from collections.abc import Iterator, Mapping
from typing import Any

from synthgap.floor import seeds
from synthgap.floor.plan import REAL, Study
from synthgap.measure.agreement.card import AgreementCard
from synthgap.measure.ranking.card import RankingCard
from synthgap.measure.relation.card import Relation, Relations
from synthgap.measure.relation.relation import relate
from synthgap.measure.scoring.cards import TaskCard
from synthgap.measure.stats.intervals import Interval

Properties = Mapping[str, Mapping[str, float]]
"""Numbers of tasks: by property, then task."""

GAPS = ("gap", "relative_gap")
"""Kinds of gap: in macro-F1, and as a share of the score of real texts."""

BY_PROPERTY = ("property", "task", "source", "model", "x", "gap", "low", "high", "n")
"""Columns of the plot data of gaps against properties; x is the property's value."""


def properties(ranking: RankingCard, agreements: Mapping[str, AgreementCard]) -> Properties:
    """Return what is known of each task; a task of which nothing is known has no entry.

    The rank grows with subjectivity, the mean agreement shrinks with it: if more is lost on
    subjective tasks, rho is above 0 for the first and below 0 for the second.
    """
    return {
        "subjectivity_rank": {task: line.rank for task, line in ranking.tasks.items()},
        "mean_agreement": {
            task: card.mean_agreement.value
            for task, card in agreements.items()
            if card.mean_agreement is not None
        },
    }


def relations(
    known: Properties, cards: Mapping[str, TaskCard], study: Study, seed: int
) -> Relations:
    """Return the relation of each property with each kind of gap of the plan's cells.

    Without real texts in the plan there are no gaps, and no relations.

    Args:
        known: the properties.
        cards: of the plan's tasks.
        study: the plan.
        seed: for plans of so many tasks that permutations are drawn.
    """
    sources = [source for source in study.sources if source != REAL]
    if REAL not in study.sources:
        sources = []

    def relation(name: str, kind: str, model: str, source: str) -> Relation:
        gaps = {
            task: gap.value
            for task in study.tasks
            if (gap := _gap(cards[task], model, source, kind)) is not None
        }
        rng = seeds.rng(seed, name, kind, model, source)
        return relate(known[name], gaps, (f"the {name}", f"the {kind}"), rng)

    return {
        name: {
            kind: {
                model: {source: relation(name, kind, model, source) for source in sources}
                for model in study.models
            }
            for kind in GAPS
        }
        for name in known
        if sources
    }


def relation_rows(
    known: Properties, cards: Mapping[str, TaskCard], study: Study
) -> Iterator[tuple[Any, ...]]:
    """Yield the plot data of gaps against properties, from low to high values."""
    for name, of_task in known.items():
        tasks = [task for task in study.tasks if task in of_task]
        for task in sorted(tasks, key=lambda task: of_task[task]):
            for source in study.sources:
                for model in study.models:
                    gap = _gap(cards[task], model, source, "gap")
                    if gap is not None:
                        yield (name, task, source, model, of_task[task], *gap)


def _gap(card: TaskCard, model: str, source: str, kind: str) -> Interval | None:
    cell = card.models[model][source]
    return cell.gap if kind == "gap" else cell.relative_gap
