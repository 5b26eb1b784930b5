"""Train one classifier on one training table, once a seed, and predict the human texts."""

from pathlib import Path

from synthgap.classify import cell
from synthgap.classify.settings import Model
from synthgap.floor import params, stage, tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Labels, Seeds


def main(
    task: str,
    model: str,
    train: Path,
    test: Path,
    voted: Path,
    predictions: Path,
    curve: Path,
) -> None:
    """Train on the table `train`, predict the texts of `test` and `voted`."""
    labels: list[str] = params.read(f"tasks.{task}.labels", Labels)
    settings: Model = params.read(f"models.{model}", Model)
    seeds: list[int] = params.read("study.seeds", Seeds)
    humans = {
        "test": tables.read_texts(test, tables.TEXTS),
        "voted": tables.read_texts(voted, tables.TEXTS_OR_NONE),
    }
    training = tables.read_texts(train, tables.TEXTS)
    for path, frame in ((train, training), (test, humans["test"]), (voted, humans["voted"])):
        tables.check_labels(frame, labels, path)
    if training["label"].nunique() < 2:
        found = training["label"].iloc[0]
        raise InputError(f"{train}: every text has the label {found!r}, expected at least two")
    fits = cell.run(settings, seeds, cell.Data(training, humans, labels))
    tables.write_numbers(fits.predictions, predictions, tables.PREDICTIONS)
    tables.write_csv(fits.curve, cell.CURVE, curve)


if __name__ == "__main__":
    stage.run(main)
