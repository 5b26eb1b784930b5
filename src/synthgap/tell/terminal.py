"""The plan and the summary on the terminal."""

from collections.abc import Iterator, Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from synthgap.floor.plan import Study
from synthgap.tell import words, worth
from synthgap.tell.summary import Line, Summary, TaskLine, compared, gap, tasks_by_gap

_STYLES = {"stands in": "green", "falls short": "red", "undecided": "yellow"}


def verdicts(summary: Summary) -> Group:
    """Return a table for each model, the answer, and a warning where the texts are not human."""
    return Group(*_parts(summary))


def plan(study: Study) -> Iterator[str]:
    """Yield what the study consists of, a line for each axis and one for their product."""
    yield f"tasks    {', '.join(study.tasks)}"
    yield f"sources  {', '.join(study.sources)}"
    yield f"models   {', '.join(study.models)}"
    yield f"seeds    {', '.join(str(seed) for seed in study.seeds)}"
    n_cells = len(study.tasks) * len(study.sources) * len(study.models)
    yield (
        f"{words.count(len(study.tasks), 'task')}, {words.count(n_cells, 'cell')} to train, "
        f"{words.count(n_cells * len(study.seeds), 'fit')}"
    )
    if study.sizes:
        # Each size alone and beside each other source; beside these all human texts once more.
        others = len(study.sources) - 1
        fits = sum(len(sizes) + others * (len(sizes) + 1) for sizes in study.sizes.values())
        fits *= len(study.tasks) * len(study.seeds)
        curves = (f"{model} {', '.join(map(str, sizes))}" for model, sizes in study.sizes.items())
        yield f"sizes    {'; '.join(curves)}: {words.count(fits, 'further fit')} at most"


def _parts(summary: Summary) -> Iterator[RenderableType]:
    for model in summary.plan.models:
        yield _table(summary, model)
    if summary.worth:
        yield _worth(summary)
    for answer in words.answers(summary):
        yield Text(answer, style="bold")
    yield Text(f"Human texts: {words.origin_name(summary)}.")
    if summary.data.warning:
        yield Text(summary.data.warning, style="bold red")


def _table(summary: Summary, model: str) -> Table:
    title = f"{model}: macro-F1 in percent, and the gap to real texts in points"
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", padding=(0, 1, 0, 0))
    table.add_column("task", no_wrap=True)
    for source in summary.plan.sources:
        name = words.source_name(source).replace("-", "-\n")
        table.add_column(name, justify="right", no_wrap=True)
    for source in compared(summary):
        table.add_column(f"  gap,\n  {words.source_name(source)}", no_wrap=True)
    for task in tasks_by_gap(summary):
        table.add_row(task, *_cells(summary.tasks[task][model], summary))
    table.add_section()
    title = f"mean of {words.count(len(summary.plan.tasks), 'task')}"
    table.add_row(title, *_cells(summary.mean[model], summary))
    return table


def _worth(summary: Summary) -> Table:
    table = Table(box=SIMPLE_HEAD, title=worth.TITLE, title_justify="left", padding=(0, 1, 0, 0))
    for i, name in enumerate(worth.HEADER):
        table.add_column(name, justify="left" if i < 3 else "right")
    for row in worth.rows(summary):
        table.add_row(*map(Text, row))
    return table


def _cells(lines: Mapping[str, Line], summary: Summary) -> Iterator[Text]:
    for source in summary.plan.sources:
        yield Text(words.percent(lines[source].macro_f1))
    for source in compared(summary):
        yield _gap(lines[source])


def _gap(line: Line) -> Text:
    text = Text(f"{words.points(gap(line).value):>5}")
    if isinstance(line, TaskLine) and line.verdict is not None:
        text.append(f" {line.verdict}", style=_STYLES[line.verdict])
    return text
