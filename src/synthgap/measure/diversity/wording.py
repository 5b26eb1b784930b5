"""How varied the wording of a sample is, and how long its texts are.

Words are runs of letters, digits and underscores, with apostrophes inside them, in lower case.
Every function returns its number for all texts and then for each half of them, see `halves`.
"""

import re
import zlib
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.diversity.cores import run_on_cores
from synthgap.measure.diversity.halves import Chosen, Draws

WORD = re.compile(r"\w+(?:['’]\w+)*")


class Runs(NamedTuple):
    """Every run of n words of a sample's texts; none crosses from one text into another."""

    kind: NDArray[np.int64]
    """(runs,): equal runs have the same number, from 0."""
    text: NDArray[np.int64]
    """(runs,): the place of its text in the sample."""


def words(text: str) -> list[str]:
    """Return the words of a text in order."""
    return WORD.findall(text.lower())


def find_runs(texts: Sequence[Sequence[str]], n: int) -> Runs:
    """Return all runs of n words of texts that are split into words."""
    kinds: dict[tuple[str, ...], int] = {}
    kind, place = [], []
    for i, text in enumerate(texts):
        for start in range(len(text) - n + 1):
            run = tuple(text[start : start + n])
            kind.append(kinds.setdefault(run, len(kinds)))
            place.append(i)
    return Runs(np.array(kind, dtype=np.int64), np.array(place, dtype=np.int64))


def distinct_share(runs: Runs, chosen: Chosen) -> Draws | None:
    """Return the share of different runs among all: the higher, the more varied.

    distinct-1 and distinct-2 of Li et al. 2016, A Diversity-Promoting Objective Function for
    Neural Conversation Models, NAACL. It falls with the number of words, so longer texts have less
    of it. None where a sample has no run at all.
    """
    shares = []
    for row in chosen:
        held = runs.kind[row[runs.text]]
        if not len(held):
            return None
        shares.append(len(np.flatnonzero(np.bincount(held))) / len(held))
    return np.array(shares)


def compression_ratio(texts: Sequence[str], chosen: Chosen) -> Draws:
    """Return how many times smaller the texts get by DEFLATE: the higher, the more repetitive.

    Bytes before over bytes after, as in Shaib et al. 2024, Standardizing the Measurement of Text
    Diversity, with the texts in alphabetical order, one a line, so that their order in the sample
    does not matter. DEFLATE (level 6, as gzip has it) looks back over 32 KiB.
    """
    order = sorted(range(len(texts)), key=texts.__getitem__)
    lines = [texts[i].encode() for i in order]

    def ratio(row: NDArray[np.bool_]) -> float:
        whole = b"\n".join(compress(lines, row))
        return len(whole) / len(zlib.compress(whole, level=6))

    return np.array(run_on_cores(ratio, list(chosen[:, order])))


def mean_length(lengths: NDArray[np.int64], chosen: Chosen) -> Draws:
    """Return the mean number of words a text."""
    return np.asarray(chosen @ lengths / chosen.sum(axis=1))


def length_quantiles(
    lengths: NDArray[np.int64], chosen: Chosen, shares: Sequence[float]
) -> list[Draws]:
    """Return, for each share of the texts, the number of words that so many have at most."""
    found = np.array([np.quantile(lengths[row], shares) for row in chosen])
    return list(found.T)
