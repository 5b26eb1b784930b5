"""Score every source and model of a task on its human test texts."""

from pathlib import Path

from synthgap.floor import params, plan, stage, tables
from synthgap.measure.scoring import heldout as held
from synthgap.measure.scoring import scorecard


def main(
    task: str, predictions: Path, train: Path, test: Path, metrics: Path, confusion: Path
) -> None:
    """Score the plan's cells from the folder `predictions`; other files there are not read."""
    settings: scorecard.Settings = params.read("evaluate", scorecard.Settings)
    labels: list[str] = params.read(f"tasks.{task}.labels", plan.Labels)
    seeds: list[int] = params.read("study.seeds", plan.Seeds)
    sources: list[str] = params.read("study.sources", plan.Names)
    models: list[str] = params.read("study.models", plan.Names)
    humans = tables.read_texts(test, tables.TEXTS)
    tables.check_labels(humans, labels, test)
    training = [tables.read_texts(train / f"{source}.jsonl", tables.TEXTS) for source in sources]
    seen = [text for table in training for text in table["text"]]
    heldout = held.hold_out(humans, seen, labels, test)
    predicted = {}
    for cell in plan.cells(sources, models):
        path = cell.file(predictions, ".parquet")
        table = tables.read_numbers(path, tables.PREDICTIONS)
        predicted[cell] = held.line_up(table, heldout, seeds, path)
    card = scorecard.score_task(task, heldout, predicted, seeds, settings)
    for cell, positions in predicted.items():
        rows = held.confusion(positions, heldout)
        tables.write_csv(rows, held.CONFUSION, cell.file(confusion, ".csv"))
    tables.write_metrics(card.model_dump(exclude_none=True), metrics)


if __name__ == "__main__":
    stage.run(main)
