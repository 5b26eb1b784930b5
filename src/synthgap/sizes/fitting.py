"""Fits on subsets of the human training table, all sizes and seeds in one process."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from synthgap.classify import cell
from synthgap.classify.settings import Model
from synthgap.sizes.subsets import nested_order

log = logging.getLogger(__name__)


class Given(NamedTuple):
    """What all sizes of a task's source have in common."""

    task: str
    real: pd.DataFrame
    """The human training table."""
    added: pd.DataFrame
    """What each subset of it is put together with: a synthetic training table, or no rows."""
    humans: Mapping[str, pd.DataFrame]
    """Texts to predict, by split."""
    labels: Sequence[str]


def fit_sizes(
    given: Given, sizes: Sequence[int], settings: Model, seeds: Sequence[int]
) -> Iterator[tuple[int, pd.DataFrame]]:
    """Yield each size with the predictions of a fit for each seed, on that seed's own subset."""
    orders = {seed: nested_order(given.real, seed, given.task) for seed in seeds}
    for size in sizes:
        frames = []
        for seed in seeds:
            training = pd.concat([orders[seed].head(size), given.added], ignore_index=True)
            data = cell.Data(training, given.humans, given.labels)
            frames.append(cell.run(settings, [seed], data).predictions)
        log.info("fitted on %d human texts and %d others", size, len(given.added))
        yield size, pd.concat(frames, ignore_index=True)
