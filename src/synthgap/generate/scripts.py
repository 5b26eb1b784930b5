"""All that the plan has a language model write, for the commands that look at the whole plan."""

from pathlib import Path
from typing import Any, NamedTuple

from synthgap.floor import params, tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import Labels, Study
from synthgap.generate import prompts
from synthgap.generate.backend import Brief, Example
from synthgap.generate.dialogue import Script
from synthgap.generate.llm import Llm
from synthgap.generate.settings import Settings

REQUESTS: dict[str, Any] = {"zero_shot": prompts.ZeroShot, "few_shot": prompts.FewShot}
"""The sources that are written, and what their requests must be."""


class Part(NamedTuple):
    """One source of one task."""

    script: Script
    examples_are_known: bool
    """False: the pool is not fetched yet, and stand-ins of the right length take its place."""


def parts(pool: Path, file: Path = params.FILE) -> list[Part]:
    """Return the sources of the plan that are written.

    Args:
        pool: the folder of the tasks' human texts for examples.
        file: the params file.

    Raises:
        InputError: params are not what they must be.
    """
    study: Study = params.read("study", Study, file)
    settings: Settings = params.read("generate", Settings, file)
    llm: Llm = params.read("llm", Llm, file)
    found = []
    for task in study.tasks:
        for source in study.sources:
            if source in REQUESTS:
                known, brief = _brief(task, source, pool / f"{task}.jsonl", file)
                found.append(Part(Script(brief, settings, llm), known))
    return found


def check_corpora(parts: list[Part], corpora: Path) -> None:
    """Check that all texts are there that the backend `corpus` takes for written.

    Args:
        parts: of the plan.
        corpora: the folder of the sources' folders, with one file a task in each.

    Raises:
        InputError: some are not; the message names all tasks that lack them, and what to do.
    """
    lacking: dict[str, list[str]] = {}
    for part in parts:
        brief = part.script.brief
        file = corpora / brief.source / f"{brief.task}.jsonl"
        if part.script.settings.backend == "corpus" and not file.is_file():
            lacking.setdefault(brief.task, []).append(brief.source)
    if lacking:
        named = ", ".join(f"{task} ({', '.join(own)})" for task, own in lacking.items())
        raise InputError(
            f"{corpora}: no texts for {named}, expected a file SOURCE/TASK.jsonl for each; put "
            "corpora there, or have them written (generate.backend: api), or train on human texts "
            "alone (study.sources: [real]), or take the tasks out of study.tasks"
        )


def _brief(task: str, source: str, pool: Path, file: Path) -> tuple[bool, Brief]:
    labels: list[str] = params.read(f"tasks.{task}.labels", Labels, file)
    prompt = f"tasks.{task}.prompt"
    wording = prompts.Wording(
        context=params.read(f"{prompt}.context", prompts.Context, file),
        request=params.read(f"{prompt}.{source}", REQUESTS[source], file),
        length=params.read(f"{prompt}.length", prompts.Text, file),
        descriptions=params.read(f"{prompt}.descriptions", prompts.Descriptions, file),
    )
    prompts.check_descriptions(wording.descriptions, labels, task)
    if source == "zero_shot":
        return True, Brief(task, source, labels, wording, pool=[])
    known = pool.is_file()
    examples = _read(pool, labels) if known else _stand_ins(labels, wording.length)
    return known, Brief(task, source, labels, wording, pool=examples)


def _read(pool: Path, labels: list[str]) -> list[Example]:
    humans = tables.read_texts(pool, tables.TEXTS)
    tables.check_labels(humans, labels, pool)
    return [Example(*row) for row in humans.itertuples(index=False, name=None)]


def _stand_ins(labels: list[str], length: str) -> list[Example]:
    text = " ".join(["words"] * most_words(length))
    return [Example(f"{label}-{i}", text, label) for label in labels for i in range(20)]


def most_words(length: str) -> int:
    """Return the highest number in a wording of length, such as 50 in "25 to 50 words"."""
    numbers = [int(word) for word in length.replace("-", " ").split() if word.isdecimal()]
    if not numbers:
        raise InputError(f"params.yaml: found the length {length!r}, expected a number of words")
    return max(numbers)
