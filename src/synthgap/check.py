"""The whole of params.yaml, checked before anything runs.

Each stage reads and checks only its own keys; here all of them are checked at once, and what the
plan names is looked up.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from synthgap.classify.settings import Model
from synthgap.fetch.settings import Dataset, Fetch
from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.floor.params import Name, Section
from synthgap.floor.plan import REAL, Labels, Study
from synthgap.generate import prompts
from synthgap.generate.llm import Llm
from synthgap.generate.settings import Settings as Generate
from synthgap.imports.settings import WRITTEN_HERE, Import
from synthgap.measure.agreement.subjectivity import Settings as Subjectivity
from synthgap.measure.diversity.settings import Settings as Diversity
from synthgap.measure.ranking.settings import Settings as RankTasks
from synthgap.measure.scoring.scorecard import Settings as Evaluate
from synthgap.measure.vectors.samples import Settings as Embed
from synthgap.sizes import choice


class Prompt(Section):
    """`prompt` of a task."""

    context: prompts.Context
    zero_shot: prompts.ZeroShot
    few_shot: prompts.FewShot
    length: prompts.Text
    descriptions: prompts.Descriptions


class Task(Section):
    """One entry of the `tasks` section."""

    labels: Labels
    dataset: Dataset
    prompt: Prompt


KINDS: dict[str, Any] = {
    "study": Study,
    "fetch": Fetch,
    "generate": Generate,
    "imports": dict[Name, Import],
    "llm": Llm,
    "models": dict[Name, Model],
    "evaluate": Evaluate,
    "subjectivity": Subjectivity,
    "embed": Embed,
    "diversity": Diversity,
    "rank_tasks": RankTasks,
    "tasks": dict[Name, Task],
}
"""What each section of params.yaml must be; a section that a new stage reads is a line here."""


class Checked(NamedTuple):
    """Params that are fit to run."""

    study: Study
    models: dict[str, Model]
    warnings: list[str]


def check(file: Path = params.FILE) -> Checked:
    """Return the plan and its models.

    Raises:
        InputError: a section or key is missing, unknown, of a wrong type or out of range; or the
            plan names a task, source or model that there is not.
    """
    content = params.load(file)
    for name in sorted(KINDS.keys() ^ content.keys()):
        wrong = "is missing" if name in KINDS else "is a section that no stage reads"
        raise InputError(f"{file}: {name} {wrong}")
    sections = {
        name: params.check(content[name], kind, f"{file}: {name}") for name, kind in KINDS.items()
    }
    study: Study = sections["study"]
    _check_named("tasks", study.tasks, sections["tasks"], file)
    _check_named("models", study.models, sections["models"], file)
    for model in study.sizes:
        choice.check_model(model, study.models)
    if study.sizes:
        choice.check_sources(study.sources)
    _check_imports(study, sections, file)
    for name, task in sections["tasks"].items():
        _check_labels(f"{file}: tasks.{name}.dataset.names", task.dataset.names.values(), task)
        _check_labels(f"{file}: tasks.{name}.prompt.descriptions", task.prompt.descriptions, task)
    return Checked(study, sections["models"], list(_warnings(study, file)))


def _check_named(axis: str, named: Iterable[str], defined: Iterable[str], file: Path) -> None:
    for name in named:
        if name not in defined:
            expected = ", ".join(sorted(defined))
            raise InputError(f"{file}: study.{axis}: {name!r} is not defined, only {expected}")


def _check_imports(study: Study, sections: dict[str, Any], file: Path) -> None:
    by_place: dict[tuple[str, str], str] = {}
    for key, entry in sections["imports"].items():
        place = f"{file}: imports.{key}"
        if entry.task not in sections["tasks"]:
            raise InputError(f"{place}.task: {entry.task!r} is not defined under tasks")
        if twin := by_place.get((entry.task, entry.source)):
            raise InputError(f"{place}: found {entry.source} of {entry.task} again, as in {twin}")
        by_place[entry.task, entry.source] = key
        if entry.names:
            _check_labels(f"{place}.names", entry.names.values(), sections["tasks"][entry.task])
    sources = [*WRITTEN_HERE, *(source for _, source in by_place)]
    _check_named("sources", study.sources, sources, file)
    for source in study.sources:
        for task in study.tasks:
            if source not in WRITTEN_HERE and (task, source) not in by_place:
                raise InputError(f"{file}: imports: nothing for the task {task!r} from {source!r}")


def _check_labels(place: str, labels: Iterable[str], task: Task) -> None:
    found, expected = sorted(set(labels)), sorted(task.labels)
    if found != expected:
        raise InputError(f"{place}: found the labels {found}, expected {expected}")


def _warnings(study: Study, file: Path) -> Iterator[str]:
    if REAL not in study.sources:
        yield f"{file}: study.sources: without {REAL!r} there is nothing to compare with, no gaps"
    elif len(study.sources) == 1:
        yield f"{file}: study.sources: {REAL!r} alone has nothing to be compared with, no gaps"
