"""The paper's main table as a figure: macro-F1 by task and source."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthgap.tell import words
from synthgap.tell.figures.style import drawing, look, whiskers, write_around
from synthgap.tell.summary import Line, Summary, score, tasks_by_gap

_MAX_COLUMNS = 3
_OFFSET = 0.24
"""Between the sources of one task; tasks are 1 apart."""


def draw(summary: Summary) -> Figure:
    """Return macro-F1 by task and source with intervals, a panel for each model.

    Tasks stand in the order of their gaps, the largest on top, and their mean below them.
    """
    models = summary.plan.models
    columns = min(len(models), _MAX_COLUMNS)
    rows = math.ceil(len(models) / columns)
    size = (2.4 + 4.3 * columns, 2.0 + rows * (0.6 + 0.5 * (len(summary.plan.tasks) + 1)))
    with drawing():
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for panel in panels[len(models) :]:
            panel.set_axis_off()
        for panel, model in zip(panels, models, strict=False):
            _draw_panel(panel, summary, model)
        note = (
            f"Mean of {words.count(len(summary.plan.seeds), 'seed')}, with its 95 % bootstrap "
            f"interval over\n{words.sample_sizes(summary)} test texts a task. Trained on:"
        )
        title = f"Can {words.kind_of_texts(summary)} texts replace human training texts?"
        write_around(figure, summary, title, note, panels[0])
    return figure


def _draw_panel(panel: Axes, summary: Summary, model: str) -> None:
    order = tasks_by_gap(summary)
    rows: list[Mapping[str, Line]] = [summary.tasks[task][model] for task in order]
    rows.append(summary.mean[model])
    places = np.arange(len(rows), dtype=np.float64)
    sources = summary.plan.sources
    for i, source in enumerate(sources):
        scores = [score(row[source]) for row in rows]
        drawn = look(source, summary)
        panel.errorbar(
            [100 * one.value for one in scores],
            places + _OFFSET * (i - (len(sources) - 1) / 2),
            xerr=whiskers(scores, 100),
            fmt=drawn.marker,
            color=drawn.colour,
            markersize=5,
            elinewidth=1.3,
            label=drawn.legend,
        )
    for place in places[::2]:
        panel.axhspan(place - 0.5, place + 0.5, color="#f2f2f2", linewidth=0, zorder=0)
    panel.axhline(len(order) - 0.5, color="#666666", linewidth=0.8)
    panel.grid(axis="x")
    panel.set_yticks(places, [*order, f"mean of {words.count(len(order), 'task')}"])
    panel.tick_params(axis="y", length=0)
    panel.tick_params(axis="x", labelbottom=True)
    panel.set_ylim(len(rows) - 0.5, -0.5)
    panel.set_title(model, loc="left", fontweight="bold")
    panel.set_xlabel("macro-F1 in percent on held-out texts")
