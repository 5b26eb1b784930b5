"""Votes of a language model on a task's human texts: what is asked, and what is known after it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from synthgap.floor import params, tables
from synthgap.floor.errors import InputError
from synthgap.judge.material import read_descriptions
from synthgap.judge.panel import Ballot, ballots, question
from synthgap.judge.questions import Question
from synthgap.measure.agreement import agreement, subjectivity
from synthgap.measure.agreement.agreement import Votes
from synthgap.measure.agreement.panel import PanelCard, Session, card


class Folders(NamedTuple):
    """Where a task's human texts and votes are, one file a task in each."""

    test: Path = Path("data/test")
    voted: Path = Path("data/voted")
    votes: Path = Path("data/votes")


class Sheet(NamedTuple):
    """The texts of a task to vote on."""

    task: str
    descriptions: dict[str, str]
    """Of the labels, in their order."""
    texts: pd.DataFrame
    """TEXTS: the test texts, then those with human votes that are not among them."""

    @property
    def labels(self) -> list[str]:
        """The task's labels."""
        return list(self.descriptions)


def read_sheet(task: str, folders: Folders) -> Sheet:
    """Return what there is to vote on.

    Raises:
        InputError: params have no such task, or its texts are not fetched.
    """
    known = params.load().get("tasks", {})
    if task not in known:
        raise InputError(f"{params.FILE}: no task {task!r}, expected one of {', '.join(known)}")
    descriptions = read_descriptions(task)
    test, voted = folders.test / f"{task}.jsonl", folders.voted / f"{task}.jsonl"
    if not test.is_file():
        raise InputError(
            f"{test}: no such file, expected human texts: run `dvc repro fetch_real@{task}` first"
        )
    found = [tables.read_texts(test, tables.TEXTS)]
    if voted.is_file():
        found.append(tables.read_texts(voted, tables.TEXTS_OR_NONE))
    for table, path in zip(found, (test, voted), strict=False):
        tables.check_labels(table, list(descriptions), path)
    texts = pd.concat(found, ignore_index=True).drop_duplicates("id", ignore_index=True)
    return Sheet(task, descriptions, texts)


def questions(sheet: Sheet, voters: int, seed: int) -> dict[Ballot, Question]:
    """Return what is asked: so many votes on each text.

    Args:
        sheet: the texts.
        voters: votes on each.
        seed: of the orders of the labels.
    """
    texts = dict(zip(sheet.texts["id"], sheet.texts["text"], strict=True))
    asked = ballots(sheet.task, list(texts), sheet.labels, voters, seed)
    return {one: question(sheet.task, one, texts[one.text_id], sheet.descriptions) for one in asked}


def measure(
    sheet: Sheet, votes: pd.DataFrame, session: Session, folders: Folders, out: Path
) -> PanelCard:
    """Return what is known of the panel, beside people where the task has human votes.

    Args:
        sheet: what was voted on.
        votes: the PANEL table.
        session: who was asked.
        folders: where the human votes are.
        out: the table's path, for messages.
    """
    settings: subjectivity.Settings = params.read("subjectivity", subjectivity.Settings)
    labels = sheet.labels
    panel = agreement.count_votes(votes, labels, out)
    places = {label: place for place, label in enumerate(labels)}
    truth = dict(zip(sheet.texts["id"], sheet.texts["label"].map(places), strict=True))
    counted = subjectivity.select(panel, settings.min_votes)
    people = subjectivity.select(_people(sheet, folders.votes), settings.min_votes)
    return card(sheet.task, counted, truth, people, session, settings)


def told(card: PanelCard) -> Iterator[str]:
    """Yield how the panel goes together with itself, with the dataset and with people."""
    people = card.human
    numbers = {
        "agreement of the panel with itself": card.mean_agreement,
        "alpha of the panel with itself": card.alpha,
        "most frequent vote is the dataset's label": card.label_share,
        "most frequent vote is people's": people and people.same_majority_share,
        "alpha of the panel's and people's most frequent votes": people and people.majority_alpha,
    }
    for name, number in numbers.items():
        if number:
            yield f"{name}: {number.value:.2f} ({number.low:.2f} to {number.high:.2f})"
    if people is None:
        yield "people: no text has their votes and the panel's"
    elif people.agreement_rho is not None:
        yield f"rho of people's agreement and the panel's: {people.agreement_rho:.2f}"
    if card.unread:
        yield f"{card.unread} votes could not be read and are left out"


def _people(sheet: Sheet, folder: Path) -> Votes:
    path = folder / f"{sheet.task}.parquet"
    table = pd.DataFrame(columns=tables.VOTES.names)
    if path.is_file():
        table = tables.read_numbers(path, tables.VOTES)
    return agreement.count_votes(table, sheet.labels, path)
