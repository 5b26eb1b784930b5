"""Diversity and similarity over the tasks of the plan, and how the gap goes with them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from synthgap.floor import params, seeds, tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import REAL, Study
from synthgap.measure.diversity.card import DiversityCard, SampleCard
from synthgap.measure.diversity.section import Diversity, DiversityLine, DiversityTask
from synthgap.measure.relation.card import Relation, Relations
from synthgap.measure.relation.relation import relate
from synthgap.measure.scoring.cards import TaskCard
from synthgap.measure.stats.intervals import Interval

HELD_OUT = "held_out"
"""In rows, where a source stands: human texts of the test table. A source called so goes first."""

BY_MEASURE = ("task", "source", "measure", "value", "low", "high", "n")
"""Columns of the plot data of diversity."""


def read_cards(folder: Path, study: Study) -> dict[str, DiversityCard]:
    """Return what `diversity` wrote of the plan's tasks.

    Raises:
        InputError: a file is missing, is something else, or is of other sources than the plan's.
    """
    cards: dict[str, DiversityCard] = {}
    for task in study.tasks:
        path = folder / f"{task}.json"
        cards[task] = params.check(tables.read_metrics(path), DiversityCard, str(path))
        found = sorted(cards[task].overall.sources)
        if found != sorted(study.sources):
            raise InputError(f"{path}: sources are {found}, expected {sorted(study.sources)}")
    return cards


def summarize(
    diversities: Mapping[str, DiversityCard],
    cards: Mapping[str, TaskCard],
    study: Study,
    seed: int,
) -> Diversity:
    """Return the section of the summary.

    Args:
        diversities: of the plan's tasks.
        cards: of the plan's tasks, with the gaps.
        study: the plan.
        seed: for plans of so many tasks that permutations are drawn.
    """
    tasks = {}
    for task in study.tasks:
        part = diversities[task].overall
        sources = {source: _line(part.sources[source]) for source in study.sources}
        tasks[task] = DiversityTask(n=part.n, sources=sources, held_out=_line(part.held_out))
    return Diversity(tasks=tasks, relations=_relations(diversities, cards, study, seed))


def rows(diversity: Diversity) -> Iterator[tuple[Any, ...]]:
    """Yield the plot data, in the order of the plan, the held-out texts last in every task."""
    for task, part in diversity.tasks.items():
        for source, line in [*part.sources.items(), (HELD_OUT, part.held_out)]:
            for measure, number in line:
                if number is not None:
                    yield (task, source, measure, *number)


def _line(card: SampleCard) -> DiversityLine:
    own = {
        name: getattr(card.own, name)
        for name in ("remote_clique_distance", "chamfer_distance", "vendi_score")
    }
    return DiversityLine(**own, **(dict(card.to_real) if card.to_real else {}))


def _differences(card: SampleCard) -> dict[str, Interval]:
    """Return by what a source may fall short: it is elsewhere, or narrower."""
    found: dict[str, Interval | None] = {}
    if card.to_real:
        found |= {"similarity_score": card.to_real.similarity_score, "auc": card.to_real.auc}
    if card.minus_held_out:
        for name, number in card.minus_held_out:
            found[f"{name}_minus_held_out"] = number
    if card.minus_real:
        for name, number in card.minus_real:
            found[f"{name}_minus_real"] = number
    return {name: number for name, number in found.items() if number is not None}


def _relations(
    diversities: Mapping[str, DiversityCard],
    cards: Mapping[str, TaskCard],
    study: Study,
    seed: int,
) -> Relations:
    known: dict[str, dict[str, dict[str, float]]] = {}
    for task in study.tasks:
        for source, card in diversities[task].overall.sources.items():
            for name, number in _differences(card).items():
                known.setdefault(name, {}).setdefault(source, {})[task] = number.value

    def relation(name: str, model: str, source: str) -> Relation:
        gaps = {
            task: gap.value
            for task in study.tasks
            if (gap := cards[task].models[model][source].gap) is not None
        }
        rng = seeds.rng(seed, name, model, source)
        return relate(known[name][source], gaps, (f"the {name}", "the gap"), rng)

    return {
        name: {
            "gap": {
                model: {source: relation(name, model, source) for source in by_source}
                for model in study.models
            }
        }
        for name, by_source in known.items()
        if REAL in study.sources
    }
