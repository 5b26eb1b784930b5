"""Agreement of people about texts: of the voters on each text, and of a task's voters in all."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from synthgap.floor.errors import InputError
from synthgap.measure.stats.bootstrap import Draws, resample_weights

Floats = NDArray[np.float64]


class Votes(NamedTuple):
    """What a task's voters said, a row for each text that they voted on."""

    ids: list[str]
    counts: NDArray[np.int64]
    """(texts, labels): votes for each label; all 0 where only the agreement was published."""
    agreement: Floats
    """(texts,), in (0, 1]: the share of a text's votes that its most frequent label got."""

    def take(self, rows: NDArray[np.bool_]) -> "Votes":
        """Return the texts that `rows` is true for."""
        ids = [name for name, taken in zip(self.ids, rows, strict=True) if taken]
        return Votes(ids, self.counts[rows], self.agreement[rows])


class VoterDraws(NamedTuple):
    """What a task's votes say, and what those of each resample of its texts do."""

    mean_agreement: Draws
    alpha: Draws
    """Without the resamples in which it has no value; empty if it has none, see
    `alpha_undefined`."""


def count_votes(table: pd.DataFrame, labels: Sequence[str], path: Path) -> Votes:
    """Return the votes of a VOTES table by label, texts ordered by id.

    Args:
        table: as read from `path`.
        labels: of the task.
        path: for the message.

    Raises:
        InputError: a vote for something else than a label, an agreement outside (0, 1], or one
            that is not the share of the text's most frequent vote.
    """
    table = table.sort_values("id")
    missing = table[table["votes"].isna()]
    if len(missing):
        raise InputError(f"{path}: id {missing['id'].iloc[0]!r} lacks votes, expected a list")
    ids, n_votes = table["id"].tolist(), table["votes"].map(len).to_numpy(dtype=np.int64)
    flat = list(chain.from_iterable(table["votes"]))
    owner = np.repeat(np.arange(len(ids)), n_votes)
    place = pd.Index(labels, dtype=object).get_indexer(pd.Index(flat, dtype=object))
    if (place < 0).any():
        first = int((place < 0).argmax())
        raise InputError(
            f"{path}: id {ids[owner[first]]!r} has a vote for {flat[first]!r}, expected one of "
            f"{list(labels)}"
        )
    shape = (len(ids), len(labels))
    cells = owner * shape[1] + place
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)
    votes = Votes(ids, counts, table["agreement"].to_numpy(dtype=np.float64))
    _check_agreement(votes, path)
    return votes


def text_agreement(counts: NDArray[np.int64]) -> Floats:
    """Return a_i of each text: the votes for its most frequent label over all its votes.

    Args:
        counts: votes of each text for each label, at least one a text.
    """
    shares: Floats = counts.max(axis=1) / counts.sum(axis=1)
    return shares


def tied(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether several labels share the most votes, for each text."""
    ties: NDArray[np.bool_] = (counts == counts.max(axis=1, keepdims=True)).sum(axis=1) > 1
    return ties


def alpha_undefined(counts: NDArray[np.int64]) -> str | None:
    """Return why Krippendorff's alpha has no value; None where it has one."""
    paired = counts[counts.sum(axis=1) > 1]
    if not len(paired):
        return "no text has two votes"
    if (paired.sum(axis=0) > 0).sum() < 2:
        return "all votes are for one label, so that chance alone agrees"
    return None


def draw(votes: Votes, resamples: int, rng: np.random.Generator) -> VoterDraws:
    """Return the numbers of the texts as they are, and of each resample of them.

    Krippendorff (2011), Computing Krippendorff's alpha-reliability, for nominal votes: with n votes
    on texts that have at least two, m_u of them on text u and n_uc for label c,
    alpha = 1 - (n - 1) * sum_u (m_u^2 - sum_c n_uc^2) / (m_u - 1) / (n^2 - sum_c n_c^2).

    Args:
        votes: on at least one text.
        resamples: how many.
        rng: what they are drawn with.
    """
    sizes = votes.counts.sum(axis=1)
    sizes_found = np.unique(sizes[sizes > 1])
    unlike = (sizes**2 - (votes.counts**2).sum(axis=1))[:, np.newaxis]
    unlike_by_size = np.where(sizes[:, np.newaxis] == sizes_found, unlike, 0)
    paired = np.where((sizes > 1)[:, np.newaxis], votes.counts, 0)
    columns = np.concatenate([unlike_by_size, paired], axis=1).astype(np.float64)
    n = len(votes.ids)
    means, sums = [], []
    for weights in chain([np.ones((1, n))], resample_weights(n, resamples, rng)):
        means.append((weights * votes.agreement).sum(axis=1) / n)
        sums.append(weights @ columns)
    unlike_sums, by_label = np.split(np.concatenate(sums), [len(sizes_found)], axis=1)
    observed = (unlike_sums / (sizes_found - 1)).sum(axis=1)
    return VoterDraws(np.concatenate(means), _alphas(observed, by_label))


def _alphas(observed: Floats, by_label: Floats) -> Draws:
    """Return alpha where it has a value, which needs votes for two labels."""
    n = by_label.sum(axis=1)
    expected = n**2 - (by_label**2).sum(axis=1)
    defined = expected > 0
    alphas: Draws = 1 - (n - 1)[defined] * observed[defined] / expected[defined]
    return alphas


def _check_agreement(votes: Votes, path: Path) -> None:
    given, voted = votes.agreement, votes.counts.any(axis=1)
    outside = ~((given > 0) & (given <= 1))
    if outside.any():
        first = int(outside.argmax())
        raise InputError(
            f"{path}: id {votes.ids[first]!r} has the agreement {given[first]}, expected more than "
            "0 and at most 1"
        )
    counted = np.where(voted, votes.counts.max(axis=1), 1) / np.where(
        voted, votes.counts.sum(axis=1), 1
    )
    wrong = voted & (np.abs(counted - given) > 1e-9)
    if wrong.any():
        first = int(wrong.argmax())
        raise InputError(
            f"{path}: id {votes.ids[first]!r} has the agreement {given[first]}, expected "
            f"{counted[first]} as its votes say"
        )
