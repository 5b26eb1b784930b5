"""Measure how varied a task's texts are, and how near to the real ones."""

from pathlib import Path

from synthgap.floor import params, plan, stage, tables
from synthgap.measure.diversity import task as diversity_task
from synthgap.measure.diversity.card import DiversityCard
from synthgap.measure.diversity.pairs import PAIRS, find_pairs
from synthgap.measure.diversity.plane import MAP, draw_map
from synthgap.measure.diversity.settings import Settings
from synthgap.measure.vectors import samples


def main(task: str, embeddings: Path, metrics: Path, neighbours: Path, points: Path) -> None:
    """Read the samples of the plan's sources and of the held-out texts in `embeddings`."""
    settings: Settings = params.read("diversity", Settings)
    sources: list[str] = params.read("study.sources", plan.Names)
    taken = {}
    for name in [*sources, samples.HELD_OUT]:
        frame = tables.read_numbers(samples.file(embeddings, name), samples.EMBEDDED)
        taken[name] = samples.from_table(frame)
    plane = draw_map(task, taken, settings)
    card = DiversityCard(
        neighbours=settings.neighbours,
        halves=settings.halves,
        folds=settings.folds,
        map_shares=plane.shares,
        overall=diversity_task.measure(task, taken, settings),
        labels=diversity_task.measure_labels(task, taken, settings),
    )
    pairs = find_pairs(task, taken, settings)
    tables.write_numbers(pairs, neighbours, PAIRS)
    tables.write_csv(plane.rows, MAP, points)
    tables.write_metrics(card.model_dump(exclude_none=True), metrics)


if __name__ == "__main__":
    stage.run(main)
