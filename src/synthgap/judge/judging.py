"""Judgments of tasks by a language model: from questions to a table that `rank_tasks` reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from synthgap.floor import csv_tables, tables
from synthgap.floor.errors import InputError
from synthgap.generate.llm import Llm
from synthgap.generate.recordings import SAMPLING
from synthgap.generate.written import totals
from synthgap.judge.described import Described
from synthgap.judge.pairs import DEFINITION, Pair, both_orders, question
from synthgap.judge.questions import Inquiry, Question
from synthgap.measure.ranking.judgments import COLUMNS
from synthgap.measure.ranking.position import positions


class Asked(NamedTuple):
    """A judge and a pair of tasks that it is asked about."""

    judge: str
    pair: Pair


class Judged(NamedTuple):
    """What the answers come to."""

    table: pd.DataFrame
    """JUDGMENTS."""
    unread: list[Asked]
    """Without an answer that can be read."""


def names(out: Path, judges: int) -> list[str]:
    """Return the judges' names, after the file."""
    return [f"{out.stem}_{number}" for number in range(1, judges + 1)]


def questions(shown: Mapping[str, Sequence[Described]]) -> dict[Asked, Question]:
    """Return what each judge is asked: every pair of tasks in both orders.

    Args:
        shown: the tasks as each judge gets to know them, by its name. Judges are told apart by
            their number, so that another name asks for nothing again.
    """
    asked = {}
    for number, (judge, described) in enumerate(shown.items(), start=1):
        by_name = {one.task: one for one in described}
        for pair in both_orders(list(by_name)):
            asked[Asked(judge, pair)] = question(number, pair, by_name)
    return asked


def judged(asked: Iterable[Asked], inquiries: Iterable[Inquiry]) -> Judged:
    """Return the judgments."""
    rows, unread = [], []
    for one, inquiry in zip(asked, inquiries, strict=True):
        if inquiry.answer is None:
            unread.append(one)
        else:
            rows.append((one.judge, *one.pair, inquiry.answer))
    return Judged(pd.DataFrame(rows, columns=list(COLUMNS)), unread)


def check_out(out: Path, judges: Sequence[str]) -> None:
    """Check that the table may be written: that it is one, and that its judges are new ones.

    Raises:
        InputError: it is no CSV file, or a table beside it has a judge of one of the names.
    """
    if out.suffix != ".csv":
        raise InputError(f"{out}: found the ending {out.suffix!r}, expected .csv")
    if not out.parent.is_dir():
        return
    for path, table in csv_tables.read_folder(out.parent, COLUMNS).items():
        if path != out and (both := sorted(set(table["judge"]) & set(judges))):
            raise InputError(
                f"{out}: {path} has a judge {both[0]!r} too, expected a file's name that gives "
                "judges other names"
            )


def record(result: Judged, replies: Sequence[Inquiry], llm: Llm, n_examples: int) -> dict[str, Any]:
    """Return how the judgments were made, for whoever reads them later."""
    sampling = llm.sampling()
    return {
        "made_by": "a language model, not people",
        "model": llm.model,
        "sampling": {name: sampling[name] for name in SAMPLING if name in sampling},
        "seed": llm.seed,
        "definition": DEFINITION,
        "examples_per_label": n_examples,
        "n_judgments": len(result.table),
        "unread": [[one.judge, *one.pair] for one in result.unread],
        "position": {judge: found._asdict() for judge, found in positions(result.table).items()},
        "replies": totals([reply for one in replies for reply in one.replies], llm.price),
    }


def write(result: Judged, made: Mapping[str, Any], out: Path) -> None:
    """Write the judgments, and beside them how they were made."""
    tables.write_metrics(made, out.with_suffix(".json"))
    tables.write_csv(result.table.itertuples(index=False, name=None), COLUMNS, out)


def told(result: Judged) -> Iterator[str]:
    """Yield each judge's number of judgments, and how they depend on the order of the tasks."""
    n = result.table["judge"].value_counts()
    for judge, found in positions(result.table).items():
        yield (
            f"{judge}: {n[judge]} judgments, {found.first_share:.0%} for the task shown first, "
            f"{found.n_turned} of {found.n_twice} pairs turned with their order"
        )
