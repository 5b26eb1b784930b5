"""What the study has of a cell."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from synthgap.classify.settings import Finetune, Model
from synthgap.floor import params, tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Cell, Labels, Study
from synthgap.measure.scoring.cards import CellCard, TaskCard


class Given(NamedTuple):
    """A cell of a study that has run."""

    task: str
    cell: Cell
    origin: str
    """Where the study's human texts come from."""
    settings: Finetune
    seeds: list[int]
    labels: list[str]
    training: pd.DataFrame
    """TEXTS."""
    scores: CellCard
    texts: list[str]
    """Of the test table."""
    predicted: list[str]
    """Their labels as the first seed's fit predicted them."""


def read(task: str, source: str, model: str) -> Given:
    """Return what the study has of a cell, from the files where the pipeline keeps it.

    Raises:
        InputError: the plan has no such cell, it is none of a fine-tuned encoder, or has not run.
    """
    study: Study = params.read("study", Study)
    for axis, name in (("tasks", task), ("sources", source), ("models", model)):
        known = getattr(study, axis)
        if name not in known:
            raise InputError(f"study.{axis}: {name!r} is not in the plan, only {', '.join(known)}")
    settings: Finetune = params.read(f"models.{model}", Model)
    if not isinstance(settings, Finetune):
        raise InputError(f"models.{model}: its kind is {settings.kind}, expected finetune")
    cell = Cell(source, model)
    path = Path("metrics/evaluate") / f"{task}.json"
    card: TaskCard = params.check(tables.read_metrics(path), TaskCard, str(path))
    path = cell.file(Path("data/predictions") / task, ".parquet")
    stored = tables.read_numbers(path, tables.PREDICTIONS)
    stored = stored[(stored["seed"] == study.seeds[0]) & (stored["split"] == "test")]
    test = tables.read_texts(Path("data/test") / f"{task}.jsonl", tables.TEXTS).set_index("id")
    return Given(
        task=task,
        cell=cell,
        origin=str(tables.read_metrics(Path("data/source.json"))["source"]),
        settings=settings,
        seeds=study.seeds,
        labels=params.read(f"tasks.{task}.labels", Labels),
        training=tables.read_texts(Path("data/train") / task / f"{source}.jsonl", tables.TEXTS),
        scores=card.models[model][source],
        texts=test.loc[stored["id"], "text"].tolist(),
        predicted=stored["predicted"].tolist(),
    )
