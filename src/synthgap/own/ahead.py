"""What comes after a task is added: the next two commands, and what they cost."""

import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from synthgap import check
from synthgap.floor import params
from synthgap.generate import forecast, scripts
from synthgap.generate.commands import POOL
from synthgap.tell import terminal


def lines(text: str, name: str) -> Iterator[str]:
    """Yield the next commands, and the forecast of a study of this task alone by the endpoint.

    Args:
        text: params.yaml with the task in it.
        name: of the task.
    """
    content = YAML(typ="safe").load(text)
    planned = name in content["study"]["tasks"]
    has_model = content["llm"]["model"] is not None
    has_price = None not in (
        content["llm"]["price"]["prompt"],
        content["llm"]["price"]["completion"],
    )
    content["study"]["tasks"] = [name]
    content["generate"]["backend"] = "api"
    content["llm"]["model"] = content["llm"]["model"] or "the model that you choose"
    with tempfile.TemporaryDirectory(prefix="synthgap-") as folder:
        file = Path(folder, params.FILE.name)
        out = StringIO()
        YAML().dump(content, out)
        file.write_text(out.getvalue(), encoding="utf-8")
        study = check.check(file).study
        written = list(forecast.lines(scripts.parts(POOL, file)))
    yield "Next, after an edit of the wordings (without an endpoint: docs/own-task.md):"
    model = "" if has_model else " -S llm.model=MODEL"
    # A budget is refused where prices are unknown.
    budget = " -S llm.budget_usd=5" if has_price else ""
    tasks = "" if planned else f" -S 'study.tasks=[{name}]'"
    yield "  synthgap check          # one real request; llm and its key: docs/llm.md"
    yield f"  dvc exp run{tasks} -S generate.backend=api{model}{budget}"
    yield f"With this task alone: {list(terminal.plan(study))[-1]}"
    yield from written
