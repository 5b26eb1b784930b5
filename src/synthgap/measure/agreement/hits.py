"""How often each cell was right about the human texts that people voted on."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthgap.floor.errors import InputError
from synthgap.floor.texts import fold
from synthgap.measure.agreement.agreement import Votes
from synthgap.measure.agreement.curve import Scored

Hits = NDArray[np.int64]
"""(texts,): in how many seeds one cell was right about a text."""


def unseen(
    humans: Mapping[Path, pd.DataFrame], training: Iterable[str]
) -> dict[Path, pd.DataFrame]:
    """Return the tables without the texts that also stand among the `training` texts.

    As where scores are made: a model that was trained on a text is not asked about it.
    """
    seen = {fold(text) for text in training}
    return {path: table[~table["text"].map(fold).isin(seen)] for path, table in humans.items()}


def labels_of_voted(votes: Votes, humans: Mapping[Path, pd.DataFrame]) -> dict[str, str]:
    """Return the label of each text with votes that the tables hold, in the order of the votes.

    Raises:
        InputError: a text stands in two of the tables.
    """
    labels: dict[str, str] = {}
    for path, table in humans.items():
        twice = sorted(labels.keys() & set(table["id"]))
        if twice:
            others = " and ".join(str(other) for other in humans if other != path)
            raise InputError(f"{path}: id {twice[0]!r} stands in {others} too, expected in one")
        labels |= dict(zip(table["id"], table["label"], strict=True))
    return {name: labels[name] for name in votes.ids if name in labels}


def count_hits(
    predictions: pd.DataFrame, labels: Mapping[str, str], seeds: Sequence[int], path: Path
) -> Hits:
    """Return in how many seeds each text was predicted rightly, in the order of `labels`.

    Args:
        predictions: of one cell and both splits, as read from `path`; other texts are passed over.
        labels: by id, of the texts wanted.
        seeds: of the plan.
        path: for the message.

    Raises:
        InputError: other seeds than the plan's, a text that some seed does not predict, or one
            with another label.
    """
    found = sorted(set(predictions["seed"].tolist()))
    if found != sorted(seeds):
        raise InputError(f"{path}: predictions of seeds {found}, expected {sorted(seeds)}")
    places = pd.Index(list(labels), dtype=object).get_indexer(pd.Index(predictions["id"]))
    rows, places = predictions[places >= 0], places[places >= 0]
    truth = np.array(list(labels.values()), dtype=object)[places]
    found_labels = rows["label"].to_numpy(dtype=object)
    strange = found_labels != truth
    if strange.any():
        first = int(strange.argmax())
        raise InputError(
            f"{path}: id {rows['id'].iloc[first]!r} has the label {found_labels[first]!r}, "
            f"expected {truth[first]!r}"
        )
    n = np.bincount(places, minlength=len(labels))
    if (n != len(seeds)).any():
        first = int((n != len(seeds)).argmax())
        raise InputError(
            f"{path}: id {list(labels)[first]!r} has {n[first]} predictions, expected "
            f"{len(seeds)}, one a seed"
        )
    right = rows["predicted"].to_numpy(dtype=object) == truth
    return np.bincount(places[right], minlength=len(labels))


def score(
    votes: Votes, labels: Mapping[str, str], hits: Sequence[Hits], seeds: Sequence[int]
) -> Scored:
    """Return the texts that have both votes and predictions.

    Args:
        votes: of all texts that count.
        labels: of those among them that are predicted, in their order.
        hits: of each cell, in that order.
        seeds: of the plan.
    """
    predicted = np.array([name in labels for name in votes.ids], dtype=np.bool_)
    return Scored(votes.agreement[predicted], np.stack(hits), len(seeds))
