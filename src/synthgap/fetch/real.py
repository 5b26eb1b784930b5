"""The tables of human texts of one task: what is drawn of its two sides, and what is counted."""

import logging
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import pandas as pd

from synthgap.fetch import draw, hub, mirror, own, rows, sides, votes
from synthgap.fetch.origin import Origin
from synthgap.fetch.sides import Sides, Task
from synthgap.fetch.source import OWN, Choice
from synthgap.fetch.votes import Votes
from synthgap.floor import tables

log = logging.getLogger(__name__)


class Real(NamedTuple):
    """A task's human texts, table by table."""

    train: pd.DataFrame
    pool: pd.DataFrame
    test: pd.DataFrame
    voted: pd.DataFrame
    votes: pd.DataFrame
    dropped: pd.DataFrame
    metrics: dict[str, Any]


class Folders(NamedTuple):
    """Folders of this repository that hold texts."""

    sample: Path
    own: Path


def fetch(task: Task, choice: Choice, folders: Folders, environment: Mapping[str, str]) -> Real:
    """Return the human texts of a task from its own file, else from the plan's source.

    Args:
        task: what params.yaml says of it.
        choice: the source that was chosen for the plan; a task with a file has its own.
        folders: where the bundled sample and own files are.
        environment: the process environment: DVC_ROOT.

    Raises:
        InputError: the source does not have the task's texts as params.yaml describes them.
    """
    sides.check(task)
    if task.dataset.file is not None:
        return _from_origin(task, own.Own(folders.own / task.dataset.file), OWN)
    if choice.source == "sample":
        texts = sides.of_sample(task, folders.sample)
        about: dict[str, Any] = {"source": "sample", "revision": None, "files": {}}
        return assemble(task, texts, Votes({}, "the sample has none"), about)
    with mirror.opened(choice.mirror, environment) if choice.mirror else hub.opened() as origin:
        return _from_origin(task, origin, choice.source)


def _from_origin(task: Task, origin: Origin, source: str) -> Real:
    texts = sides.of_dataset(task, origin)
    found = votes.find(task, texts.test, origin)
    about = {"source": source, "revision": origin.revision, "files": origin.digests}
    return assemble(task, texts, found, about)


def assemble(task: Task, texts: Sides, found: Votes, about: Mapping[str, Any]) -> Real:
    """Return what is drawn of the two sides, by `fetch.seed` and the task's name alone.

    Training texts and pool depend on no setting of the test texts' draw.

    Args:
        task: what params.yaml says of it.
        texts: the two sides.
        found: the votes.
        about: metrics of the source.
    """
    settings = task.settings
    training, held_out = rows.without_texts(texts.train, set(found.keys), "voted")
    sides.check_rows(task, training, texts.test)
    available = {"train": training, "test": texts.test, "voted": found.voted}
    drawn = _draw(task, available)
    dropped = pd.concat([pd.concat(texts.dropped).sort_index(), found.dropped.sort_index()])
    ballots = _ballots(pd.concat([drawn["test"], drawn["voted"]]), found)
    wanted = settings.train_per_label and settings.train_per_label * len(task.labels)
    metrics = {
        **about,
        "demonstration": about["source"] == "sample",
        "read": texts.read | ({"voted": found.n_read} if found.n_read else {}),
        "dropped": {reason: int(n) for reason, n in dropped["reason"].value_counts().items()},
        "held_out": len(held_out),
        "available": {part: len(frame) for part, frame in available.items()},
        "rows": {part: draw.counts(frame) for part, frame in drawn.items()},
        "train_rows": {"wanted": wanted, "got": len(drawn["train"])},
        "votes": _summary(ballots, found),
    }
    _tell(task, metrics)
    texts_only = {part: frame[tables.TEXTS.names] for part, frame in drawn.items()}
    return Real(**texts_only, votes=ballots, dropped=dropped, metrics=metrics)


def _draw(task: Task, available: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    settings, training = task.settings, available["train"]

    def take(part: str, frame: pd.DataFrame, total: int | None, at_least: int = 1) -> draw.Draw:
        return draw.take(frame, total, at_least, settings.seed, task.name, part)

    pool = take("pool", training, round(settings.pool_share * len(training)))
    wanted = settings.train_per_label and settings.train_per_label * len(task.labels)
    return {
        "train": take("train", pool.rest, wanted).taken,
        "pool": pool.taken,
        "test": take("test", available["test"], settings.test_rows).taken,
        "voted": take("voted", available["voted"], settings.voted_rows, 0).taken,
    }


def _ballots(texts: pd.DataFrame, found: Votes) -> pd.DataFrame:
    named = [(id_, *found.of[id_]) for id_ in texts["id"] if id_ in found.of]
    return pd.DataFrame(named, columns=tables.VOTES.names)


def _summary(ballots: pd.DataFrame, found: Votes) -> dict[str, Any] | str:
    if found.absence:
        return f"none: {found.absence}"
    if ballots.empty:
        return "none: no text of the test set has any"
    return {"n": len(ballots), "mean_agreement": fmean(ballots["agreement"])}


def _tell(task: Task, metrics: Mapping[str, Any]) -> None:
    n = {part: sum(counts.values()) for part, counts in metrics["rows"].items()}
    log.info(
        "%s, from the %s: %d texts to train on, %d in the pool, %d to test on, %d with votes only",
        task.name,
        metrics["source"],
        *n.values(),
    )
    wanted = metrics["train_rows"]["wanted"]
    if wanted is not None and n["train"] < wanted:
        log.warning("%s: there are no %d texts to train on, so all are taken", task.name, wanted)
