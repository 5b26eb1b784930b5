"""Relate how far people agree about a task's texts to how often each cell is right about them."""

from pathlib import Path

from synthgap.floor import params, plan, stage, tables
from synthgap.measure.agreement import agreement, hits, subjectivity


def main(
    task: str,
    votes: Path,
    test: Path,
    voted: Path,
    train: Path,
    predictions: Path,
    metrics: Path,
    curve: Path,
    bins: Path,
) -> None:
    """Use the plan's cells from the folder `predictions`; other files there are not read."""
    settings: subjectivity.Settings = params.read("subjectivity", subjectivity.Settings)
    labels: list[str] = params.read(f"tasks.{task}.labels", list[str])
    seeds: list[int] = params.read("study.seeds", plan.Seeds)
    sources: list[str] = params.read("study.sources", plan.Names)
    models: list[str] = params.read("study.models", plan.Names)
    humans = {
        test: tables.read_texts(test, tables.TEXTS),
        voted: tables.read_texts(voted, tables.TEXTS_OR_NONE),
    }
    for path, table in humans.items():
        tables.check_labels(table, labels, path)
    training = [tables.read_texts(train / f"{source}.jsonl", tables.TEXTS) for source in sources]
    unseen = hits.unseen(humans, [text for table in training for text in table["text"]])
    people = agreement.count_votes(tables.read_numbers(votes, tables.VOTES), labels, votes)
    counted = subjectivity.select(people, settings.min_votes)
    truth = hits.labels_of_voted(counted.votes, unseen)
    cells = list(plan.cells(sources, models))
    by_cell = []
    for path in [cell.file(predictions, ".parquet") for cell in cells]:
        table = tables.read_numbers(path, tables.PREDICTIONS)
        by_cell.append(hits.count_hits(table, truth, seeds, path))
    scored = hits.score(counted.votes, truth, by_cell, seeds)
    curves = subjectivity.draw_curves(task, scored, cells, settings)
    card = subjectivity.card(task, counted, curves, settings)
    rows = subjectivity.curve_rows(task, curves)
    tables.write_csv(rows, subjectivity.CURVE, curve)
    rows = subjectivity.bin_rows(task, scored, cells, settings)
    tables.write_csv(rows, subjectivity.BINS, bins)
    tables.write_metrics(card.model_dump(exclude_none=True), metrics)


if __name__ == "__main__":
    stage.run(main)
