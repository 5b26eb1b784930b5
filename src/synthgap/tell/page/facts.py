"""Everything the page tells of a task, read from what the stages wrote."""

from pathlib import Path
from typing import NamedTuple

from synthgap.floor import params, tables
from synthgap.floor.plan import REAL, cells
from synthgap.measure.agreement.card import AgreementCard
from synthgap.measure.diversity.card import DiversityCard
from synthgap.measure.scoring.cards import TaskCard
from synthgap.tell import gather, plot_data
from synthgap.tell.page import confusion, neighbours, samples
from synthgap.tell.page.confusion import Confusion
from synthgap.tell.page.generation import Generation
from synthgap.tell.page.neighbours import Pair
from synthgap.tell.page.samples import SourceTexts
from synthgap.tell.plot_data import BinPoint, CurvePoint, MapPoint, Taken
from synthgap.tell.summary import Summary


class Folders(NamedTuple):
    """Where the stages keep a file or a folder for each task."""

    evaluated: Path
    agreements: Path
    generated: Path
    curves: Path
    bins: Path
    confusion: Path
    diversities: Path
    maps: Path
    neighbours: Path
    train: Path
    dropped: Path


class TaskFacts(NamedTuple):
    """A task."""

    name: str
    card: TaskCard
    agreement: AgreementCard
    curve: list[CurvePoint]
    bins: list[BinPoint]
    confusions: list[Confusion]
    diversity: DiversityCard
    map: list[MapPoint]
    neighbours: list[Pair]
    generations: dict[str, Generation]
    """By source; human texts have none."""
    texts: list[SourceTexts]


def read(folders: Folders, task: str, summary: Summary) -> TaskFacts:
    """Return what is known of a task of the plan.

    Raises:
        InputError: a file is missing or is something else.
    """
    study = summary.plan
    evaluated = folders.evaluated / f"{task}.json"
    voted = folders.agreements / f"{task}.json"
    varied = folders.diversities / f"{task}.json"
    return TaskFacts(
        name=task,
        card=gather.read_card(tables.read_metrics(evaluated), study, evaluated),
        agreement=params.check(tables.read_metrics(voted), AgreementCard, str(voted)),
        curve=plot_data.read(folders.curves / f"{task}.csv", CurvePoint),
        bins=plot_data.read(folders.bins / f"{task}.csv", BinPoint),
        confusions=[
            confusion.matrix(
                cell.model,
                cell.source,
                plot_data.read(cell.file(folders.confusion / task, ".csv"), Taken),
            )
            for cell in cells(study.sources, study.models)
        ],
        diversity=params.check(tables.read_metrics(varied), DiversityCard, str(varied)),
        map=plot_data.read(folders.maps / f"{task}.csv", MapPoint),
        neighbours=neighbours.read(folders.neighbours / f"{task}.parquet", study.sources),
        generations={
            source: _generation(folders.generated / task / f"{source}.json")
            for source in study.sources
            if source != REAL
        },
        texts=[_texts(folders, task, source) for source in study.sources],
    )


def _generation(path: Path) -> Generation:
    found: Generation = params.check(tables.read_metrics(path), Generation, str(path))
    return found


def _texts(folders: Folders, task: str, source: str) -> SourceTexts:
    name = f"{source}.jsonl"
    return samples.read(source, folders.train / task / name, folders.dropped / task / name)
