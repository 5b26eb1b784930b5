"""The human test texts of a task, and each cell's predictions lined up with them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthgap.floor.errors import InputError
from synthgap.floor.texts import fold

CONFUSION = ("actual", "predicted", "texts")
"""Columns of the confusion plot data: a row for each pair of labels."""

Positions = NDArray[np.int64]
"""Labels, as positions in the task's list of labels."""


class Heldout(NamedTuple):
    """A task's test texts, ordered by id, so that no number depends on the order of a file."""

    labels: Sequence[str]
    true: dict[str, str]
    """Label by id, of all test texts."""
    scored: NDArray[np.bool_]
    """(test texts,): those that stand in no training table."""

    @property
    def truth(self) -> Positions:
        """The labels of the scored texts."""
        return _positions(list(self.true.values()), self.labels)[self.scored]

    @property
    def left_out_rows(self) -> int:
        """How many test texts are scored for no source because one was trained on them."""
        return int((~self.scored).sum())


def hold_out(
    test: pd.DataFrame, training: Iterable[str], labels: Sequence[str], path: Path
) -> Heldout:
    """Return the test texts; those that also stand among the `training` texts are not scored.

    Texts are the same if they are so after `texts.fold`. Filtering here and not where texts are
    generated means that another test set re-runs no generation.

    Args:
        test: as read from `path`, its labels checked.
        training: the texts of every source's training table.
        labels: of the task.
        path: for the message.

    Raises:
        InputError: no test text is left to score.
    """
    ordered = test.sort_values("id")
    seen = {fold(text) for text in training}
    scored = np.array([fold(text) not in seen for text in ordered["text"]])
    if not scored.any():
        raise InputError(
            f"{path}: all {len(test)} texts stand in a training table, expected some that do not"
        )
    return Heldout(labels, dict(zip(ordered["id"], ordered["label"], strict=True)), scored)


def line_up(
    predictions: pd.DataFrame, heldout: Heldout, seeds: Sequence[int], path: Path
) -> Positions:
    """Return what each seed predicted for the scored texts, (seeds, scored texts).

    Raises:
        InputError: another split than test and voted, or, in the test split, other seeds than the
            plan's, other texts or true labels than the test table's, or a strange prediction.
    """
    _check_one_of(predictions["split"], ["test", "voted"], "split", path)
    rows = predictions[predictions["split"] == "test"]
    _check_one_of(rows["predicted"], heldout.labels, "prediction", path)
    found = sorted(set(rows["seed"].tolist()))
    if found != sorted(seeds):
        raise InputError(f"{path}: test predictions of seeds {found}, expected {sorted(seeds)}")
    lined_up = [
        _one_seed(rows[rows["seed"] == seed], heldout, f"{path}: seed {seed}") for seed in seeds
    ]
    return np.stack(lined_up)[:, heldout.scored]


def confusion(predicted: Positions, heldout: Heldout) -> Iterator[tuple[str, str, int]]:
    """Yield how many scored texts of a label were taken for a label, over all seeds."""
    n_labels = len(heldout.labels)
    pairs = np.bincount((heldout.truth * n_labels + predicted).ravel(), minlength=n_labels**2)
    for pair, texts in enumerate(pairs.tolist()):
        yield heldout.labels[pair // n_labels], heldout.labels[pair % n_labels], texts


def _one_seed(rows: pd.DataFrame, heldout: Heldout, place: str) -> Positions:
    found = dict(zip(rows["id"], rows["label"], strict=True))
    for name, label in heldout.true.items():
        if name not in found:
            raise InputError(f"{place}: no prediction of the test text {name!r}, expected one")
        if found[name] != label:
            raise InputError(
                f"{place}: the test text {name!r} has the label {found[name]!r}, expected {label!r}"
            )
    strange = sorted(found.keys() - heldout.true.keys())
    if strange:
        raise InputError(f"{place}: predicts {strange[0]!r}, expected texts of the test table only")
    predicted = dict(zip(rows["id"], rows["predicted"], strict=True))
    return _positions([predicted[name] for name in heldout.true], heldout.labels)


def _positions(names: Sequence[str], labels: Sequence[str]) -> Positions:
    places = {label: i for i, label in enumerate(labels)}
    return np.array([places[name] for name in names], dtype=np.int64)


def _check_one_of(values: "pd.Series[str]", expected: Sequence[str], what: str, path: Path) -> None:
    strange = values[~values.isin(expected)]
    if len(strange):
        raise InputError(f"{path}: {what} {strange.iloc[0]!r}, expected one of {list(expected)}")
