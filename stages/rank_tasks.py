"""Rank the plan's tasks by how subjective judges find them."""

from pathlib import Path

from synthgap.floor import csv_tables, params, plan, stage, tables
from synthgap.measure.ranking import judgments as judging
from synthgap.measure.ranking import task_ranks
from synthgap.measure.ranking.settings import Settings


def main(judgments: Path, metrics: Path) -> None:
    """Read every CSV table in the folder `judgments`; that is where users drop their own."""
    settings: Settings = params.read("rank_tasks", Settings)
    tasks: list[str] = params.read("study.tasks", plan.Names)
    found = judging.gather(csv_tables.read_folder(judgments, judging.COLUMNS))
    card = task_ranks.rank_tasks(found, tasks, settings)
    tables.write_metrics(card.model_dump(exclude_none=True), metrics)


if __name__ == "__main__":
    stage.run(main)
