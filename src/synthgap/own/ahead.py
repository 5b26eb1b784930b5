"""What comes after a task is added: the next two commands, and what they cost."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from synthgap import check
from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.generate import forecast, scripts
from synthgap.generate.commands import POOL
from synthgap.imports.settings import WRITTEN_HERE
from synthgap.tell import terminal


def lines(text: str, name: str) -> Iterator[str]:
    """Yield the next commands, and the forecast of a study of this task alone by the endpoint.

    Args:
        text: params.yaml with the task in it.
        name: of the task.

    Raises:
        InputError: these params are not fit to run.
    """
    content = YAML(typ="safe").load(text)
    sources = _sources(content, name)
    overrides = "".join(f" -S {one}" for one in _overrides(content, name, sources))
    content["study"] |= {"tasks": [name], "sources": sources}
    content["generate"]["backend"] = "api"
    content["llm"]["model"] = content["llm"]["model"] or "the model that you choose"
    with _as_file(content) as file:
        study = check.check(file).study
        written = list(forecast.lines(scripts.parts(POOL, file)))
    yield "Next, after an edit of the wordings (without an endpoint: docs/own-task.md):"
    yield "  synthgap check          # one real request; llm and its key: docs/llm.md"
    yield f"  dvc exp run{overrides}"
    # Behind the plan's four axes: the cells, and the size curves where there are some.
    counted = "; ".join(" ".join(line.split()) for line in list(terminal.plan(study))[4:])
    yield f"With this task alone: {counted}"
    yield from written


def _overrides(content: Mapping[str, Any], name: str, sources: list[str]) -> Iterator[str]:
    """Yield what the command changes in these params."""
    study, llm = content["study"], content["llm"]
    if name not in study["tasks"]:
        yield f"'study.tasks=[{name}]'"
    if sources != study["sources"]:
        yield f"'study.sources=[{','.join(sources)}]'"
    yield "generate.backend=api"
    if llm["model"] is None:
        yield "llm.model=MODEL"
    # A budget is refused where prices are unknown.
    if None not in (llm["price"]["prompt"], llm["price"]["completion"]):
        yield "llm.budget_usd=5"


def _sources(content: Mapping[str, Any], name: str) -> list[str]:
    """Return the sources of the plan that there are for the task, at least two.

    For a task of the plan there must be all of them, so these stay.
    """
    study = content["study"]
    planned: list[str] = study["sources"]
    if name in study["tasks"]:
        return planned
    entries = content["imports"].values()
    there = {*WRITTEN_HERE, *(one["source"] for one in entries if one["task"] == name)}
    left = [source for source in planned if source in there]
    # What is left of human texts and a corpus made elsewhere has nothing to be compared with.
    return left if left == planned or len(left) > 1 else list(WRITTEN_HERE)


@contextmanager
def _as_file(content: Mapping[str, Any]) -> Iterator[Path]:
    """Give a file of these params; errors name it as the file that they are meant for."""
    with tempfile.TemporaryDirectory(prefix="synthgap-") as folder:
        file = Path(folder, params.FILE.name)
        out = StringIO()
        YAML().dump(content, out)
        file.write_text(out.getvalue(), encoding="utf-8")
        try:
            yield file
        except InputError as error:
            raise InputError(str(error).replace(str(file), str(params.FILE))) from error
