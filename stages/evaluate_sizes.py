"""Score a task's size curve, and say how many human texts each synthetic set is worth."""

from pathlib import Path

from synthgap.floor import params, plan, stage, tables
from synthgap.measure.scoring import heldout as held
from synthgap.measure.scoring import scorecard
from synthgap.measure.sizes import curve as size_curve
from synthgap.measure.sizes.curve import Training
from synthgap.sizes import choice


def main(
    task: str,
    model: str,
    sizes: Path,
    predictions: Path,
    train: Path,
    test: Path,
    metrics: Path,
    curve: Path,
) -> None:
    """Join the plan's cells in `predictions`, of all texts, with those of `sizes`, of fewer."""
    settings: scorecard.Settings = params.read("evaluate", scorecard.Settings)
    labels: list[str] = params.read(f"tasks.{task}.labels", plan.Labels)
    seeds: list[int] = params.read("study.seeds", plan.Seeds)
    sources: list[str] = params.read("study.sources", plan.Names)
    models: list[str] = params.read("study.models", plan.Names)
    asked: list[int] = params.read(f"study.sizes.{model}", plan.Sizes)
    choice.check_sources(sources)
    choice.check_model(model, models)
    humans = tables.read_texts(test, tables.TEXTS)
    tables.check_labels(humans, labels, test)
    training = {s: tables.read_texts(train / f"{s}.jsonl", tables.TEXTS) for s in sources}
    seen = [text for table in training.values() for text in table["text"]]
    heldout = held.hold_out(humans, seen, labels, test)
    real = training.pop(plan.REAL)
    below = choice.below(asked, real, train / f"{plan.REAL}.jsonl")
    files = choice.files(predictions, sizes, model, choice.Sizes(below, len(real)), [*training])
    predicted = {}
    for (source, texts), path in files.items():
        table = tables.read_numbers(path, tables.PREDICTIONS)
        predicted[Training(source, texts)] = held.line_up(table, heldout, seeds, path)
    fits = size_curve.Predicted(predicted, {s: len(table) for s, table in training.items()})
    card = size_curve.score_sizes(task, heldout, fits, seeds, settings)
    tables.write_csv(size_curve.curve_rows(task, model, card), size_curve.CURVE, curve)
    tables.write_metrics(card.model_dump(), metrics)


if __name__ == "__main__":
    stage.run(main)
