"""Votes: what several people said of one text, in each of the shapes that datasets have them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from synthgap.fetch import rows
from synthgap.fetch.origin import Origin, Place
from synthgap.fetch.settings import VotesInBands, VotesInColumn, VotesOfAnnotators, VotesOfRaters
from synthgap.fetch.sides import Task, place_of
from synthgap.floor.errors import InputError
from synthgap.floor.texts import fold

NO_ROWS = rows.Halves(pd.DataFrame(columns=rows.COLUMNS), pd.DataFrame(columns=rows.DROPPED))


class Ballot(NamedTuple):
    """The votes on one text, none where only their agreement was published.

    The agreement is the share of the votes that the most frequent label has.
    """

    votes: list[str]
    agreement: float


class Votes(NamedTuple):
    """The votes of a task, by the ids of the texts."""

    of: dict[str, Ballot]
    absence: str | None = None
    """Why there are none."""
    voted: pd.DataFrame = NO_ROWS.kept
    """Rows of texts with votes that are not in the test set."""
    dropped: pd.DataFrame = NO_ROWS.dropped
    n_read: int = 0
    """Rows of the table of annotators."""
    keys: frozenset[str] = frozenset()
    """Texts to be kept out of training, for their votes."""


def find(task: Task, test: pd.DataFrame, origin: Origin) -> Votes:
    """Return the votes on the rows of the test side, and on other texts.

    Raises:
        InputError: a table of votes is not as described, or a vote is for no label.
    """
    kind = task.dataset.votes
    if isinstance(kind, VotesInColumn):
        return _in_column(task, test)
    if isinstance(kind, VotesInBands):
        return _in_bands(task, kind, test, origin)
    if isinstance(kind, VotesOfRaters):
        return _of_raters(task, kind, test, origin)
    if isinstance(kind, VotesOfAnnotators):
        return _of_annotators(task, kind, test, origin)
    return Votes({}, "the dataset has none")


def ballot(votes: Sequence[str]) -> Ballot:
    """Return the votes on a text, at least one, with their agreement."""
    return Ballot(list(votes), max(Counter(votes).values()) / len(votes))


def _in_column(task: Task, test: pd.DataFrame) -> Votes:
    found = {}
    for name, carried in zip(test["id"], test["carried"], strict=True):
        if votes := _mapped(task, name, carried or []):
            found[name] = ballot(votes)
    return Votes(found)


def _in_bands(task: Task, kind: VotesInBands, test: pd.DataFrame, origin: Origin) -> Votes:
    dataset = task.dataset
    splits = [*dataset.train, *(dataset.test or [])]
    highest: dict[tuple[str, str], float] = {}
    for band in sorted(kind.bands, key=lambda band: band.agreement):
        place = place_of(dataset)._replace(config=band.config)
        for table in origin.load(place, splits, [dataset.text, dataset.label]):
            matter = rows.Matter(table[dataset.text], table[dataset.label])
            kept = rows.read(band.config, matter, dataset.names).kept
            highest |= dict.fromkeys(zip(kept["key"], kept["label"], strict=True), band.agreement)
    found = {}
    for name, key, label in zip(test["id"], test["key"], test["label"], strict=True):
        if (key, label) in highest:
            found[name] = Ballot([], highest[key, label])
    return Votes(found)


def _of_raters(task: Task, kind: VotesOfRaters, test: pd.DataFrame, origin: Origin) -> Votes:
    names = task.dataset.names
    place = place_of(task.dataset)._replace(config=kind.config)
    if absence := origin.absence(place):
        return Votes({}, absence)
    (table,) = origin.load(place, [kind.split], [kind.id, *names])
    votes: defaultdict[str, list[str]] = defaultdict(list)
    for text, *marks in zip(table[kind.id], *(table[name] for name in names), strict=True):
        marked = {label for label, mark in zip(names.values(), marks, strict=True) if mark}
        if len(marked) == 1:
            votes[text] += marked
    pairs = zip(test["id"], test["carried"], strict=True)
    return Votes({name: ballot(votes[text]) for name, text in pairs if text in votes})


def _of_annotators(
    task: Task, kind: VotesOfAnnotators, test: pd.DataFrame, origin: Origin
) -> Votes:
    place = Place(None, kind.mirror, kind.config)
    if absence := origin.absence(place):
        return Votes({}, absence)
    (table,) = origin.load(place, [kind.split], [kind.text, kind.label, *kind.annotators])
    votes = list(zip(*(table[name] for name in kind.annotators), strict=True))
    matter = rows.Matter(table[kind.text], table[kind.label], votes)
    kept, unread = rows.read("voted", matter, task.dataset.names)
    ballots = {
        name: ballot(mapped)
        for name, carried in zip(kept["id"], kept["carried"], strict=True)
        if (mapped := _mapped(task, name, carried))
    }
    with_votes = kept["id"].isin(ballots)
    single, repeats = rows.without_repeats(kept[with_votes])
    by_key = dict(zip(single["key"], single["id"], strict=True))
    for name, key in zip(test["id"], test["key"], strict=True):
        if key in by_key:
            ballots[name] = ballots[by_key[key]]
    voted, tested = rows.without_texts(single, set(test["key"]), "in_test")
    silent = rows.dropped(kept[~with_votes], "no_votes")
    dropped = pd.concat([unread, silent, repeats, tested])
    keys = frozenset([*kept["key"], *map(fold, unread["text"])])
    return Votes(ballots, None, voted, dropped, len(votes), keys)


def _mapped(task: Task, text: str, votes: Sequence[str | None]) -> list[str]:
    names: Mapping[str, str] = task.dataset.names
    for vote in votes:
        if vote is not None and vote not in names:
            raise InputError(
                f"{task.name}: a vote on {text} is for {vote!r}, expected one of {list(names)}"
            )
    return [names[vote] for vote in votes if vote is not None]
