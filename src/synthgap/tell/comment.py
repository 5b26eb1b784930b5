"""What a change did, as the Markdown of a comment on a pull request."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from synthgap.tell import words
from synthgap.tell.changes import CellChange, Changes, mean_changes
from synthgap.tell.reruns import Reruns
from synthgap.tell.summary import TaskLine, gap, score

MARKER = "<!-- synthgap compare -->"
"""The first line, by which the comment is found again to be updated."""

LIMIT = 60_000
"""Characters; GitHub takes 65,536, and whoever posts it may add a line."""

_SENTENCES, _ROWS, _NAMES = 40, 60, 20
"""How many changed verdicts, cells, and files or stages are named at most."""

_ORIGINS = {
    "hub": "the Hugging Face hub",
    "mirror": "a mirror of the hub",
    "own": "the task's own file",
    "sample": "the bundled sample, which a language model wrote: a demonstration, not a result",
}


class Material(NamedTuple):
    """All that the comment tells of."""

    revision: str
    """What is compared with, as people call it."""
    changes: Changes
    reruns: Reruns | None
    """None if either side has no lock file."""
    figures: list[str]
    metrics: str
    """DVC's own table of the metrics, in Markdown."""
    params: str
    """DVC's own table of the params, in Markdown."""


def page(material: Material) -> str:
    """Return the comment, of at most LIMIT characters."""
    changes = material.changes
    blocks = [
        MARKER,
        f"## What changed since {code(material.revision)}",
        *_origin(changes),
        _headline(changes),
        *_verdicts(changes),
        *_plan(changes),
        *_scores(changes),
        *_stages(material.reruns),
        *_figures(material.figures),
    ]
    text = "\n\n".join(blocks)
    for kind, table in (("metrics", material.metrics), ("params", material.params)):
        # What DVC says of the metrics may take half of what is left, the params all of the rest.
        room = (LIMIT - len(text)) // (2 if kind == "metrics" else 1)
        text += f"\n\n{_folded(kind, table, room)}"
    return text + "\n"


def code(text: str) -> str:
    """Return a name as code, whatever its characters; it may come from another's repository."""
    plain = "".join(" " if c in "`|\r\n" else c for c in text)
    return f"`{plain[:120]}`"


def _origin(changes: Changes) -> Iterator[str]:
    for (old, new), tasks in changes.moves.items():
        some = len(tasks) < len({cell.place.task for cell in changes.cells})
        of_some = f" OF {', '.join(map(code, tasks))}" if some else ""
        yield f"# THE HUMAN TEXTS{of_some} COME FROM ELSEWHERE: {old} → {new}"
        yield (
            f"> Before: {_ORIGINS.get(old, old)}. Now: {_ORIGINS.get(new, new)}. Scores on other "
            "texts differ for that reason alone; they do not tell what the change itself did."
        )
    if not changes.moves and changes.source == "sample":
        yield "# DEMONSTRATION, NOT A RESULT"
        yield f"> The human texts are {_ORIGINS['sample']}."


def _headline(changes: Changes) -> str:
    judged = [cell for cell in changes.cells if cell.new.verdict]
    if not changes.changed:
        return f"**No score changed** ({words.count(len(changes.cells), 'cell')} compared)."
    means = [
        f"{model} trained on {words.source_name(source)} texts {words.points_interval(rise)}"
        for (model, source), rise in mean_changes(changes).items()
    ]
    n_tasks = len({cell.place.task for cell in changes.cells})
    return (
        f"**{len(changes.verdicts)} of {words.count(len(judged), 'verdict')} and the scores of "
        f"{len(changes.changed)} of {words.count(len(changes.cells), 'cell')} changed.** Macro-F1, "
        f"in points, on average over {words.count(n_tasks, 'task')}: {'; '.join(means)}."
    )


def _verdicts(changes: Changes) -> Iterator[str]:
    sentences = [_sentence(cell) for cell in _largest_first(changes.verdicts)]
    if sentences:
        more = _more(sentences, _SENTENCES, "verdict")
        yield "\n".join(["### Verdicts", "", *sentences[:_SENTENCES], *more])
    old, new = changes.tolerances
    if old != new:
        yield f"The tolerance is {words.percent(new)} points now, before {words.percent(old)}."


def _sentence(cell: CellChange) -> str:
    """Return what became of a verdict; without a gap, it has none."""
    place = cell.place
    return (
        f"- {code(place.task)}, {place.model}, {words.source_name(place.source)} texts: "
        f"{_verdict(cell.old)} → **{_verdict(cell.new)}**. Macro-F1 "
        f"{words.percent_interval(score(cell.old))} → {words.percent_interval(score(cell.new))}, "
        f"changed by {words.points_interval(cell.macro_f1)} points; gap to real texts "
        f"{_gap(cell.old)} → {_gap(cell.new)}."
    )


def _scores(changes: Changes) -> Iterator[str]:
    if not changes.changed:
        return
    rows = [_row(cell) for cell in _largest_first(changes.changed)]
    header = (
        "| task | model | texts | macro-F1 before | now | change | gap before | now | verdict |"
    )
    rule = "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    table = [header, rule, *rows[:_ROWS], *_more(rows, _ROWS, "cell")]
    yield "\n".join(["### Scores", "", *table])
    yield (
        "Macro-F1 in percent, changes and gaps in points, with 95 % intervals. The interval of a "
        "change is derived from the two scores' as if they were independent (MOVER, Zou and Donner "
        "2008): where both are of the same test texts it is wider than need be."
    )


def _row(cell: CellChange) -> str:
    place = cell.place
    verdicts = [_verdict(cell.old), _verdict(cell.new)]
    verdict = " → ".join(dict.fromkeys(verdicts)) if cell.new.verdict or cell.old.verdict else ""
    columns = [
        code(place.task),
        place.model,
        words.source_name(place.source),
        words.percent_interval(score(cell.old)),
        words.percent_interval(score(cell.new)),
        words.points_interval(cell.macro_f1),
        _gap(cell.old),
        _gap(cell.new),
        verdict,
    ]
    return f"| {' | '.join(columns)} |"


def _plan(changes: Changes) -> Iterator[str]:
    lines = []
    for axis, moved in changes.axes.items():
        came = [f"came: {', '.join(map(code, moved.came))}"] if moved.came else []
        left = [f"left: {', '.join(map(code, moved.left))}"] if moved.left else []
        lines.append(f"- {axis} {'; '.join([*came, *left])}")
    if lines:
        yield "\n".join(["### The plan", "", *lines])


def _stages(reruns: Reruns | None) -> Iterator[str]:
    yield "### Stages"
    if reruns is None:
        yield "Not known: one of the two has no `dvc.lock`."
        return
    lines = [*_stage_table(reruns)]
    for what, names in (("Came", reruns.came), ("Left", reruns.left)):
        lines += [f"{what}: {_named(names)}."] if names else []
    yield "\n\n".join(lines) if lines else f"None of {reruns.total} ran."


def _stage_table(reruns: Reruns) -> Iterator[str]:
    if not reruns.ran:
        return
    rows = ["| stage | ran | with other results |", "| --- | ---: | ---: |"]
    for name in dict.fromkeys(_group(rerun.stage) for rerun in reruns.ran):
        own = [rerun for rerun in reruns.ran if _group(rerun.stage) == name]
        different = sum(rerun.has_other_results for rerun in own)
        cells = [rerun.stage.partition("@")[2] for rerun in own]
        named = f" ({', '.join(map(code, cells))})" if cells[0] and len(cells) <= 4 else ""
        rows.append(f"| {code(name)}{named} | {len(own)} | {different} |")
    yield "\n".join(rows[: _ROWS + 2])
    ran = (
        f"{len(reruns.ran)} of {words.count(reruns.total, 'stage')} ran, or came from the run cache"
    )
    yield f"{ran}; set off by {_named(reruns.causes)}." if reruns.causes else f"{ran}."


def _figures(figures: Sequence[str]) -> Iterator[str]:
    if figures:
        yield "### Figures"
        yield f"Redrawn: {_named(figures)}. `dvc plots diff` draws the numbers of both."


def _folded(kind: str, table: str, room: int) -> str:
    """Return a table of DVC's that can be unfolded, as far as there is room."""
    command = f"dvc {kind} diff --md"
    table = _harmless(table)
    if not table:
        return f"`{command}`: no change."
    before, after = f"<details><summary><code>{command}</code></summary>\n\n", "\n\n</details>"
    note = "\n\nThe rest is left out: run the command."
    room -= len(before) + len(after) + len(note) + 3
    kept = table if len(table) <= room else table[: table.rfind("\n", 0, max(room, 0)) + 1].rstrip()
    return f"{before}{kept}{'' if kept == table else note}{after}"


def _harmless(table: str) -> str:
    """Return a table without padding, in which values from another's params are text only."""
    thin = re.sub(r"-{3,}", "---", re.sub(r" {2,}", " ", table))
    return thin.replace("<", "&lt;").replace("@", "@&#8203;")


def _largest_first(cells: Iterable[CellChange]) -> list[CellChange]:
    return sorted(cells, key=lambda cell: abs(cell.macro_f1.value), reverse=True)


def _verdict(line: TaskLine) -> str:
    return line.verdict or "no verdict"


def _gap(line: TaskLine) -> str:
    return "" if line.gap is None else words.points_interval(gap(line))


def _group(stage: str) -> str:
    return stage.partition("@")[0]


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join([*map(code, names[:_NAMES]), *([f"{more} more"] if more > 0 else [])])


def _more(items: Sequence[str], shown: int, noun: str) -> list[str]:
    n = len(items) - shown
    return ["", f"And {words.count(n, noun)} more."] if n > 0 else []
