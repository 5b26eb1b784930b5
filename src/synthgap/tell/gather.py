"""How the summary is made from what the stages wrote about each task."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from synthgap.fetch.source import OWN, Origin, Source
from synthgap.floor import params, tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import REAL, Study, cells
from synthgap.measure.agreement.card import AgreementCard
from synthgap.measure.diversity.section import Diversity
from synthgap.measure.ranking.card import RankingCard
from synthgap.measure.relation.card import Relations
from synthgap.measure.scoring.cards import CellCard, TaskCard
from synthgap.measure.stats.intervals import Interval, mean_interval
from synthgap.tell.summary import (
    Data,
    MeanLine,
    Summary,
    TaskLine,
    TaskSubjectivity,
    Why,
    compared,
    gap,
    score,
    task_lines,
)

DEMONSTRATION = (
    "Demonstration only: the texts that stand for human ones are the bundled sample, which a "
    "language model wrote so that everything runs offline. No number here says anything about "
    "real data."
)

SCORES = ("task", "source", "model", "macro_f1", "low", "high", "n")
"""Columns of the plot data of scores."""

GAPS = ("task", "source", "model", "gap", "low", "high", "n", "verdict")
"""Columns of the plot data of gaps."""


def check_origin(metrics: Mapping[str, Any], expected: Source, path: Path) -> Origin:
    """Return where a task's texts come from: a file of its own, or the source of the whole plan.

    Raises:
        InputError: the metrics read from `path` do not say so.
    """
    found = metrics.get("source")
    if found == OWN:
        return "own"
    if found != expected:
        raise InputError(f"{path}: source is {found!r}, expected {expected!r} as for the plan")
    return expected


def read_card(metrics: Mapping[str, Any], study: Study, path: Path) -> TaskCard:
    """Return the scorecard in the metrics read from `path`.

    Raises:
        InputError: it is none, or one of another plan: other seeds, a cell is missing, or there is
            a gap without real texts in the plan or no gap with them.
    """
    card: TaskCard = params.check(metrics, TaskCard, str(path))
    if card.seeds != study.seeds:
        raise InputError(f"{path}: seeds are {card.seeds}, expected the plan's {study.seeds}")
    for cell in cells(study.sources, study.models):
        found = card.models.get(cell.model, {}).get(cell.source)
        if found is None:
            raise InputError(f"{path}: no scores of {cell.source} with {cell.model}")
        has_gap = REAL in study.sources and cell.source != REAL
        if has_gap != (found.gap is not None and found.verdict is not None):
            expected = "a gap to real" if has_gap else "no gap"
            raise InputError(f"{path}: {cell.source} with {cell.model}, expected {expected}")
    return card


def read_agreements(folder: Path, study: Study) -> dict[str, AgreementCard]:
    """Return what `subjectivity` wrote of the plan's tasks.

    Raises:
        InputError: a file is missing or is something else.
    """
    paths = {task: folder / f"{task}.json" for task in study.tasks}
    return {
        task: params.check(tables.read_metrics(path), AgreementCard, str(path))
        for task, path in paths.items()
    }


def subjectivity(
    ranking: RankingCard, agreements: Mapping[str, AgreementCard], relations: Relations
) -> Why:
    """Return what is known of the tasks that the agreements are of."""
    tasks = {}
    for task, card in agreements.items():
        rank = ranking.tasks.get(task)
        tasks[task] = TaskSubjectivity(
            rank=rank.rank if rank else None,
            mean_agreement=card.mean_agreement.value if card.mean_agreement else None,
            alpha=card.alpha.value if card.alpha else None,
        )
    return Why(judgments=ranking.judgments, tasks=tasks, relations=relations)


def data(origins: Mapping[str, Origin]) -> Data:
    """Return where the human texts of a plan come from, by the origin of each of its tasks."""
    own = [task for task, origin in origins.items() if origin == OWN]
    if len(own) == len(origins):
        return Data(source="own")
    source = next(origin for origin in origins.values() if origin != OWN)
    if source != "sample":
        return Data(source=source, own=own or None)
    exception = f" The exception: {', '.join(own)}, from files of their own." if own else ""
    return Data(
        source=source, own=own or None, demonstration=True, warning=DEMONSTRATION + exception
    )


def summarize(
    origins: Data,
    study: Study,
    cards: Mapping[str, TaskCard],
    why: Why,
    diversity: Diversity,
) -> Summary:
    """Return the summary of the plan's cells; whatever else the cards hold is not in it.

    Raises:
        InputError: the tasks were judged with different tolerances.
    """
    tolerances = sorted({cards[task].tolerance for task in study.tasks})
    if len(tolerances) > 1:
        raise InputError(f"scorecards: tolerances are {tolerances}, expected the same in all tasks")
    tasks = {
        task: {
            model: {source: _task_line(by_source[source]) for source in study.sources}
            for model, by_source in cards[task].models.items()
            if model in study.models
        }
        for task in study.tasks
    }
    mean = {
        model: {
            source: _mean_line([tasks[task][model][source] for task in study.tasks])
            for source in study.sources
        }
        for model in study.models
    }
    left_out_rows = {task: cards[task].left_out_rows for task in study.tasks}
    return Summary(
        data=origins,
        plan=study,
        tolerance=tolerances[0],
        left_out_rows=left_out_rows,
        mean=mean,
        tasks=tasks,
        subjectivity=why,
        diversity=diversity,
    )


def score_rows(summary: Summary) -> Iterator[tuple[Any, ...]]:
    """Yield the plot data of scores, in the order of the plan."""
    for place, line in task_lines(summary):
        yield (*place, *score(line))


def gap_rows(summary: Summary) -> Iterator[tuple[Any, ...]]:
    """Yield the plot data of gaps, in the order of the plan."""
    for place, line in task_lines(summary):
        if place.source in compared(summary):
            yield (*place, *gap(line), line.verdict)


def _task_line(card: CellCard) -> TaskLine:
    line = TaskLine(verdict=card.verdict, **_score(card.macro_f1))
    return line.model_copy(update=_gap(card.gap)) if card.gap else line


def _mean_line(lines: Sequence[TaskLine]) -> MeanLine:
    mean = MeanLine(**_score(mean_interval([score(line) for line in lines])))
    verdicts = [line.verdict for line in lines]
    if None in verdicts:
        return mean
    counts = {
        "n_stands_in": verdicts.count("stands in"),
        "n_falls_short": verdicts.count("falls short"),
        "n_undecided": verdicts.count("undecided"),
    }
    return mean.model_copy(update=_gap(mean_interval([gap(line) for line in lines])) | counts)


def _score(macro_f1: Interval) -> dict[str, Any]:
    ends = [macro_f1.low, macro_f1.high]
    return {"macro_f1": macro_f1.value, "interval": ends, "n": macro_f1.n}


def _gap(loss: Interval) -> dict[str, Any]:
    return {"gap": loss.value, "gap_interval": [loss.low, loss.high]}
