"""One cell of the plan: one training table, one kind of classifier, every seed in one process."""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from synthgap.classify.protocol import Classifier, Examples, Fitted
from synthgap.classify.settings import Model, Probe, Tfidf
from synthgap.encoder import process

log = logging.getLogger(__name__)

CURVE = ("seed", "epoch", "part", "loss", "accuracy")
"""Columns of the learning curve's plot data."""


class Data(NamedTuple):
    """What a cell is given."""

    training: pd.DataFrame
    humans: Mapping[str, pd.DataFrame]
    """Texts to predict, by split."""
    labels: Sequence[str]


class Fits(NamedTuple):
    """What a cell leaves behind."""

    predictions: pd.DataFrame
    curve: list[tuple[Any, ...]]


def run(settings: Model, seeds: Sequence[int], data: Data) -> Fits:
    """Return the predictions and learning curves of one fit for each seed."""
    positions = {label: i for i, label in enumerate(data.labels)}
    examples = Examples(
        data.training["text"].tolist(),
        data.training["label"].map(positions).to_numpy(dtype=np.int64),
        len(data.labels),
    )
    texts = [text for frame in data.humans.values() for text in frame["text"]]
    started = time.monotonic()
    classifier = prepare(settings, examples, texts)
    log.info("ready after %.1f s", time.monotonic() - started)
    frames: list[pd.DataFrame] = []
    curve: list[tuple[Any, ...]] = []
    for seed in tqdm(seeds, desc="fits", unit="fit", disable=None):
        started = time.monotonic()
        fitted = classifier.fit(seed)
        log.info("seed %d: fitted and predicted in %.1f s", seed, time.monotonic() - started)
        frames.append(_predictions(fitted, seed, data))
        curve.extend((seed, *point) for point in fitted.curve)
    return Fits(pd.concat(frames, ignore_index=True), curve)


def prepare(settings: Model, examples: Examples, texts: Sequence[str]) -> Classifier:
    """Return the classifier that the settings name, importing only what it needs."""
    if isinstance(settings, Tfidf):
        from synthgap.classify.tfidf import BagOfWords

        return BagOfWords(settings, examples, texts)
    process.settle()
    if settings.threads is not None:
        import torch

        torch.set_num_threads(settings.threads)
    if isinstance(settings, Probe):
        from synthgap.classify.probe import FrozenEncoder

        return FrozenEncoder(settings, examples, texts)
    from synthgap.classify.finetune import Encoder

    return Encoder(settings, examples, texts)


def _predictions(fitted: Fitted, seed: int, data: Data) -> pd.DataFrame:
    humans = pd.concat(
        [frame.assign(split=split) for split, frame in data.humans.items()], ignore_index=True
    )
    names = np.array(data.labels, dtype=object)
    return pd.DataFrame(
        {
            "id": humans["id"],
            "split": humans["split"],
            "seed": seed,
            "label": humans["label"],
            "predicted": names[fitted.probabilities.argmax(axis=1)],
            "probabilities": list(fitted.probabilities),
        }
    )
