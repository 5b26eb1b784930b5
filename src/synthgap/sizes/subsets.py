"""Nested subsets of a training table, in the proportions of its labels."""

import numpy as np
import pandas as pd

from synthgap.floor import seeds


def nested_order(training: pd.DataFrame, seed: int, task: str) -> pd.DataFrame:
    """Return the rows in an order of which every beginning is a sample.

    A beginning of n rows holds all of a shorter one, has each label if n is the number of labels
    or more, and then each label in its share of the table to within a row or so: the rows of a
    label are shuffled and spread evenly, the first of each coming first of all.

    Args:
        training: at least one row.
        seed: of the training; each draws subsets of its own, so that a mean over seeds is one
            over draws too.
        task: its name, which the draw depends on.
    """
    keys = np.zeros((len(training), 2))
    for label, places in training.reset_index(drop=True).groupby("label").groups.items():
        rank = seeds.rng(seed, task, "sizes", label).permutation(len(places))
        keys[places, 0] = rank > 0
        keys[places, 1] = (rank + 0.5) / len(places)
    return training.iloc[np.lexsort((keys[:, 1], keys[:, 0]))]
