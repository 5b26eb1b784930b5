"""What is known of tasks before anything is asked: labels, what they mean, texts for examples."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from synthgap.floor import params, seeds, tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Labels
from synthgap.generate import prompts
from synthgap.judge.described import Described, describe


class Material(NamedTuple):
    """What judges can be shown of one task."""

    descriptions: dict[str, str]
    """Of the labels, in their order."""
    pool: pd.DataFrame
    """TEXTS that nothing is scored on; no rows where no examples are shown."""


def read_descriptions(task: str) -> dict[str, str]:
    """Return what each label of a task means, in the order of the labels.

    Raises:
        InputError: params say nothing of the task, or something wrong.
    """
    labels: list[str] = params.read(f"tasks.{task}.labels", Labels)
    meanings = params.read(f"tasks.{task}.prompt.descriptions", prompts.Descriptions)
    prompts.check_descriptions(meanings, labels, task)
    return {label: " ".join(meanings[label].split()) for label in labels}


def read_material(tasks: Iterable[str], pool: Path, n_examples: int) -> dict[str, Material]:
    """Return what judges can be shown of each task.

    Args:
        tasks: their names.
        pool: the folder of the tasks' texts for examples.
        n_examples: for each label; with 0 the folder is not looked at.

    Raises:
        InputError: a task has no such texts.
    """
    found = {}
    for task in tasks:
        descriptions, file = read_descriptions(task), pool / f"{task}.jsonl"
        texts = pd.DataFrame(columns=tables.TEXTS.names)
        if n_examples:
            if not file.is_file():
                raise InputError(
                    f"{file}: no such file, expected texts for examples: run "
                    f"`dvc repro fetch_real@{task}` first, or ask with --examples 0"
                )
            texts = tables.read_texts(file, tables.TEXTS)
            tables.check_labels(texts, list(descriptions), file)
        found[task] = Material(descriptions, texts)
    return found


def show(material: dict[str, Material], judge: str, n_examples: int, seed: int) -> list[Described]:
    """Return the tasks as one judge gets to know them: each judge has examples of its own."""
    return [
        describe(
            task,
            own.descriptions,
            own.pool,
            n_examples,
            seeds.rng(seed, "judge", judge, task),
        )
        for task, own in material.items()
    ]
