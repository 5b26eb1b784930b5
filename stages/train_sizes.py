"""Train one classifier on fewer human texts, alone or with a source's texts beside them."""

from pathlib import Path

from synthgap.classify.settings import Model
from synthgap.floor import params, stage, tables
from synthgap.floor.plan import REAL, Labels, Seeds, Sizes
from synthgap.sizes import choice, fitting


def main(
    task: str, source: str, model: str, real: Path, train: Path, test: Path, predictions: Path
) -> None:
    """Write a table of `predictions` for each size; the source `real` is fitted alone."""
    sizes: list[int] = params.read(f"study.sizes.{model}", Sizes)
    labels: list[str] = params.read(f"tasks.{task}.labels", Labels)
    settings: Model = params.read(f"models.{model}", Model)
    seeds: list[int] = params.read("study.seeds", Seeds)
    humans, training, texts = (
        tables.read_texts(path, tables.TEXTS) for path in (real, train, test)
    )
    for path, frame in ((real, humans), (train, training), (test, texts)):
        tables.check_labels(frame, labels, path)
    below = choice.below(sizes, humans, real)
    added = training.head(0) if source == REAL else training
    wanted = below if source == REAL else [*below, len(humans)]
    given = fitting.Given(task, humans, added, {"test": texts}, labels)
    for size, predicted in fitting.fit_sizes(given, wanted, settings, seeds):
        tables.write_numbers(predicted, predictions / f"{size}.parquet", tables.PREDICTIONS)


if __name__ == "__main__":
    stage.run(main)
