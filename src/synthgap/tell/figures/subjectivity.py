"""Is more lost on subjective tasks: the gap against the rank."""

from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthgap.tell import words
from synthgap.tell.figures.style import drawing, look, whiskers, write_around
from synthgap.tell.summary import Summary, compared, gap

_TITLE = "Is more lost on subjective tasks?"
_OFFSET = 0.16
"""Between the sources of one task; ranks are about 1 apart."""


def draw(summary: Summary) -> Figure | None:
    """Return the gaps of ranked tasks with intervals, a panel for each model.

    None where no gap or no rank is known.
    """
    ranks = {task: known.rank for task, known in summary.subjectivity.tasks.items() if known.rank}
    if not ranks or not compared(summary):
        return None
    models = summary.plan.models
    with drawing():
        figure = Figure(figsize=(9, 1.9 + 3.1 * len(models)), layout="constrained")
        panels = figure.subplots(len(models), 1, sharex=True, squeeze=False).ravel()
        for panel, model in zip(panels, models, strict=True):
            _draw_panel(panel, summary, model, ranks)
        by_rank = sorted(ranks, key=lambda task: ranks[task])
        names = {rank: "\n".join(tasks) for rank, tasks in groupby(by_rank, ranks.__getitem__)}
        turned = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"}
        panels[-1].set_xticks(list(names), list(names.values()), **turned)
        panels[-1].set_xlabel("tasks by subjectivity rank: objective on the left")
        note = (
            f"Gap with its 95 % bootstrap interval over {words.sample_sizes(summary)} test texts a "
            f"task; shaded: within\nthe tolerance of {words.percent(summary.tolerance)} points. "
            f"The ranking rests on {words.judges(summary)}."
        )
        write_around(figure, summary, _TITLE, note, panels[0])
    return figure


def _draw_panel(panel: Axes, summary: Summary, model: str, ranks: dict[str, float]) -> None:
    panel.axhspan(0, 100 * summary.tolerance, color="#e9f3ec", linewidth=0, zorder=0)
    panel.axhline(0, color="#444444", linewidth=0.9)
    panel.grid(axis="y")
    placed = _places(ranks)
    sources = compared(summary)
    for i, source in enumerate(sources):
        gaps = {task: gap(summary.tasks[task][model][source]) for task in ranks}
        drawn = look(source, summary)
        panel.errorbar(
            [placed[task] + _OFFSET * (i - (len(sources) - 1) / 2) for task in gaps],
            [100 * found.value for found in gaps.values()],
            yerr=whiskers(list(gaps.values()), 100),
            fmt=drawn.marker,
            color=drawn.colour,
            markersize=5,
            elinewidth=1.3,
            label=drawn.legend,
        )
    panel.set_title(model, loc="left", fontweight="bold")
    panel.set_title(_correlations(summary, model), loc="right", fontsize=9)
    panel.set_ylabel("points of macro-F1 lost")
    panel.tick_params(axis="x", length=0)


def _places(ranks: dict[str, float]) -> dict[str, float]:
    """Return where each task stands: those of one rank beside each other."""
    placed = {}
    for task, rank in ranks.items():
        equal = [other for other in ranks if ranks[other] == rank]
        placed[task] = rank + 0.4 * (equal.index(task) - (len(equal) - 1) / 2)
    return placed


def _correlations(summary: Summary, model: str) -> str:
    by_source = summary.subjectivity.relations.get("subjectivity_rank", {})
    found = by_source.get("gap", {}).get(model, {})
    told = []
    for source in compared(summary):
        if source in found:
            told.append(f"{words.source_name(source)}: {words.rho_and_p(found[source])}")
    return ";  ".join(told)
