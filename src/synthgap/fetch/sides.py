"""The two sides of a task, rows to train on and rows to test on, before anything is drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from synthgap.fetch import draw, rows
from synthgap.fetch.origin import Columns, Origin, Place
from synthgap.fetch.settings import Dataset, Fetch, VotesInColumn, VotesOfRaters
from synthgap.floor import tables
from synthgap.floor.errors import InputError

SAMPLE_TEST_SHARE = 0.5
"""The sample is so small that half of it is needed to test on."""


class Task(NamedTuple):
    """One task and what params.yaml says of it."""

    name: str
    labels: list[str]
    dataset: Dataset
    settings: Fetch


class Sides(NamedTuple):
    """Rows on which to train and to test, without a text in common."""

    train: pd.DataFrame
    test: pd.DataFrame
    dropped: list[pd.DataFrame]
    read: dict[str, int]
    """The rows of each split."""


def check(task: Task) -> None:
    """Check that names and labels of the task fit each other.

    Raises:
        InputError: a name stands for no label of the task, or a label has no name.
    """
    place = f"params.yaml: tasks.{task.name}"
    for name, label in task.dataset.names.items():
        if label not in task.labels:
            raise InputError(
                f"{place}.dataset.names: {name!r} stands for {label!r}, expected one of "
                f"{task.labels}"
            )
    for label in task.labels:
        if label not in task.dataset.names.values():
            raise InputError(
                f"{place}.labels: {label!r} has no name in the data, expected one among "
                f"{place}.dataset.names"
            )


def of_dataset(task: Task, origin: Origin) -> Sides:
    """Return the sides of a dataset: its own, or a split of its only one.

    Raises:
        InputError: the origin does not have it as described, or a label has too few rows.
    """
    dataset = task.dataset
    splits = [*dataset.train, *(dataset.test or [])]
    carried = _carried(dataset)
    columns = list(dict.fromkeys([dataset.text, dataset.label, *carried]))
    loaded = origin.load(place_of(dataset), splits, columns)
    _check_names(task, loaded)
    halves: list[rows.Halves] = []
    read: dict[str, int] = {}
    for split, table in zip(splits, loaded, strict=True):
        more = table[carried[0]] if carried else None
        matter = rows.Matter(table[dataset.text], table[dataset.label], more)
        halves.append(rows.read(split, matter, dataset.names, sum(read.values())))
        read[split] = len(matter.texts)
    kept = [half.kept for half in halves]
    dropped = [half.dropped for half in halves]
    train = pd.concat(kept[: len(dataset.train)])
    _check_difference(task, pd.concat(kept))
    if dataset.test is None:
        return _split(task, rows.Halves(train, pd.concat(dropped)), task.settings.test_share, read)
    return _separate(task, train, pd.concat(kept[len(dataset.train) :]), dropped, read)


def of_sample(task: Task, folder: Path) -> Sides:
    """Return the sides of the bundled sample, texts that a language model wrote.

    Raises:
        InputError: the sample has no texts of the task.
    """
    path = folder / f"{task.name}.jsonl"
    if not path.is_file():
        raise InputError(
            f"{path}: no such file: the bundled sample has no texts of {task.name}; expected "
            "fetch.source to be mirror or hub, the task out of study.tasks, or the file with the "
            "columns label and text"
        )
    texts = tables.read_texts(path, tables.CORPUS)
    tables.check_labels(texts, task.labels, path)
    matter = rows.Matter(list(texts["text"]), list(texts["label"]))
    read = rows.read("sample", matter, {label: label for label in task.labels})
    _check_difference(task, read.kept)
    return _split(task, read, SAMPLE_TEST_SHARE, {"sample": len(texts)})


def place_of(dataset: Dataset) -> Place:
    """Return where the dataset's table is."""
    return Place(dataset.hub, dataset.mirror, dataset.config, dataset.revision, dataset.hub_files)


def check_rows(task: Task, train: pd.DataFrame, test: pd.DataFrame) -> None:
    """Check that there are rows enough to train and to test on each label.

    Raises:
        InputError: fewer than two of one label on one side.
    """
    n_train, n_test = draw.counts(train), draw.counts(test)
    for label in task.labels:
        ours, theirs = n_train.get(label, 0), n_test.get(label, 0)
        if min(ours, theirs) < 2:
            raise InputError(
                f"{task.name}: the label {label!r} has {ours} different texts to train on and "
                f"{theirs} to test on, expected at least 2 of each"
            )


def _carried(dataset: Dataset) -> list[str]:
    if isinstance(dataset.votes, VotesInColumn):
        return [dataset.votes.column]
    if isinstance(dataset.votes, VotesOfRaters):
        return [dataset.votes.id]
    return []


def _check_names(task: Task, loaded: Sequence[Columns]) -> None:
    column = task.dataset.label
    found = {rows.name_of(label) for table in loaded for label in table[column]}
    for name in task.dataset.names:
        if name not in found:
            some = ", ".join(sorted(found)[:10])
            raise InputError(
                f"params.yaml: tasks.{task.name}.dataset.names: no row's {column} is {name!r}, "
                f"found {len(found)} others: {some}"
            )


def _check_difference(task: Task, kept: pd.DataFrame) -> None:
    if len(kept) > 1 and kept["key"].nunique() == 1:
        raise InputError(f"{task.name}: all {len(kept)} texts are equal, expected different texts")


def _split(task: Task, read: rows.Halves, share: float, counted: dict[str, int]) -> Sides:
    kept, repeats = rows.without_repeats(read.kept)
    n_test = round(share * len(kept))
    test, train = draw.take(kept, n_test, 2, task.settings.seed, task.name, "split")
    return Sides(train, test, [read.dropped, repeats], counted)


def _separate(
    task: Task,
    train: pd.DataFrame,
    test: pd.DataFrame,
    dropped: list[pd.DataFrame],
    counted: dict[str, int],
) -> Sides:
    test, test_repeats = rows.without_repeats(test)
    train, train_repeats = rows.without_repeats(train)
    train, leaks = rows.without_texts(train, set(test["key"]), "in_test")
    return Sides(train, test, [*dropped, train_repeats, test_repeats, leaks], counted)
