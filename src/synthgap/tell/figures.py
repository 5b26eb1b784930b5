"""The figures of the report, drawn so that the same summary gives the same bytes."""

import math
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthgap.floor.plan import REAL
from synthgap.tell import words
from synthgap.tell.summary import Line, Summary, score, tasks_by_gap

# Colours of Okabe and Ito, told apart by the colour-blind; the markers differ too.
_MARKS = {REAL: ("#000000", "o"), "zero_shot": ("#D55E00", "s"), "few_shot": ("#0072B2", "^")}
_OTHERS = [("#009E73", "D"), ("#CC79A7", "v"), ("#E69F00", "P"), ("#56B4E9", "X")]
"""Of sources that were made elsewhere, in the order of the plan."""
_LEGEND = {
    REAL: "human texts (real)",
    "zero_shot": "LLM texts, from descriptions of the labels (zero-shot)",
    "few_shot": "LLM texts, after human examples (few-shot)",
}

_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}

_STYLE = {
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    # Glyphs as paths look the same everywhere; the salt makes their names the same every time.
    "svg.fonttype": "path",
    "svg.hashsalt": "synthgap",
}

_MAX_COLUMNS = 3
_OFFSET = 0.24
"""Between the sources of one task; tasks are 1 apart."""


def draw_scores(summary: Summary) -> Figure:
    """Return macro-F1 by task and source with intervals, a panel for each model.

    Tasks stand in the order of their gaps, the largest on top, and their mean below them.
    """
    models = summary.plan.models
    columns = min(len(models), _MAX_COLUMNS)
    rows = math.ceil(len(models) / columns)
    size = (2.4 + 4.3 * columns, 2.0 + rows * (0.6 + 0.5 * (len(summary.plan.tasks) + 1)))
    with style.context(_STYLE, after_reset=True):
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for panel in panels[len(models) :]:
            panel.set_axis_off()
        for panel, model in zip(panels, models, strict=False):
            _draw_panel(panel, summary, model)
        _write_around(figure, summary, panels[0])
    return figure


def save(figure: Figure, folder: Path) -> None:
    """Write the figure into the folder, as scores.svg and scores.png."""
    folder.mkdir(parents=True, exist_ok=True)
    with style.context(_STYLE, after_reset=True):
        for kind, metadata in _METADATA.items():
            beside = folder / f".scores.{kind}.part"
            figure.savefig(beside, format=kind, dpi=144, metadata=metadata)
            beside.replace(folder / f"scores.{kind}")


def _draw_panel(panel: Axes, summary: Summary, model: str) -> None:
    order = tasks_by_gap(summary)
    rows: list[Mapping[str, Line]] = [summary.tasks[task][model] for task in order]
    rows.append(summary.mean[model])
    places = np.arange(len(rows), dtype=np.float64)
    sources = summary.plan.sources
    marks = _MARKS | dict(
        zip([s for s in sources if s not in _MARKS], cycle(_OTHERS), strict=False)
    )
    for i, source in enumerate(sources):
        scores = 100 * np.array([score(row[source])[:3] for row in rows])
        colour, marker = marks[source]
        panel.errorbar(
            scores[:, 0],
            places + _OFFSET * (i - (len(sources) - 1) / 2),
            xerr=np.abs(scores[:, 1:] - scores[:, :1]).T,
            fmt=marker,
            color=colour,
            markersize=5,
            elinewidth=1.3,
            label=_LEGEND.get(source, words.source_name(source)),
        )
    for place in places[::2]:
        panel.axhspan(place - 0.5, place + 0.5, color="#f2f2f2", linewidth=0, zorder=0)
    panel.axhline(len(order) - 0.5, color="#666666", linewidth=0.8)
    panel.grid(axis="x", color="#d0d0d0", linewidth=0.6)
    panel.set_yticks(places, [*order, f"mean of {len(order)} tasks"])
    panel.tick_params(axis="y", length=0)
    panel.tick_params(axis="x", labelbottom=True)
    panel.set_ylim(len(rows) - 0.5, -0.5)
    panel.set_title(model, loc="left", fontweight="bold")
    panel.set_xlabel("macro-F1 in percent on held-out texts")


def _write_around(figure: Figure, summary: Summary, panel: Axes) -> None:
    title = "Can LLM-written texts replace human training texts?"
    if summary.data.demonstration:
        title = f"DEMONSTRATION, NO HUMAN TEXTS\n{title}"
    figure.suptitle(title, fontsize=14, fontweight="bold", x=0.01, ha="left")
    handles, labels = panel.get_legend_handles_labels()
    note = (
        f"Mean of {words.count(len(summary.plan.seeds), 'seed')}, with its 95 % bootstrap "
        f"interval over\n{words.sample_sizes(summary)} test texts a task. Trained on:"
    )
    figure.legend(
        handles, labels, loc="outside lower left", title=note, alignment="left", frameon=False
    )
