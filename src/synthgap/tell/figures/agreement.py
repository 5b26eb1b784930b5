"""Accuracy on texts that people agree on at least so much, of every source and model."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from synthgap.tell.figures.style import drawing, look, write_around
from synthgap.tell.plot_data import CurvePoint
from synthgap.tell.summary import Summary

_TITLE = "Is more lost on texts that people disagree on?"
_NOTE = (
    "Accuracy, the mean over seeds, with its 95 % interval, on the texts of which people's "
    "most\nfrequent label got at least this share of the votes. Trained on:"
)

_LEAST_WIDTH = 7.6
"""For the note."""


def draw(summary: Summary, curves: Mapping[str, Sequence[CurvePoint]]) -> Figure | None:
    """Return agreement curves, a panel for each task with votes and each model.

    None where no task has a curve.
    """
    tasks = [task for task in summary.plan.tasks if curves.get(task)]
    models = summary.plan.models
    if not tasks:
        return None
    with drawing():
        size = (max(_LEAST_WIDTH, 1.2 + 4 * len(tasks)), 1.7 + 2.9 * len(models))
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(models), len(tasks), sharey="col", squeeze=False)
        for i, model in enumerate(models):
            for j, task in enumerate(tasks):
                points = [point for point in curves[task] if point.model == model]
                _draw_panel(panels[i, j], points, summary)
                panels[i, j].set_title(f"{task}, {model}", loc="left", fontsize=10)
        for panel in panels[-1]:
            panel.set_xlabel("agreement of at least")
        for panel in panels[:, 0]:
            panel.set_ylabel("accuracy")
        write_around(figure, summary, _TITLE, _NOTE, panels[0, 0])
    return figure


def _draw_panel(panel: Axes, points: Sequence[CurvePoint], summary: Summary) -> None:
    for source in summary.plan.sources:
        own = [point for point in points if point.source == source]
        x = [point.threshold for point in own]
        drawn = look(source, summary)
        low, high = [point.low for point in own], [point.high for point in own]
        panel.fill_between(x, low, high, color=drawn.colour, alpha=0.12, linewidth=0)
        panel.plot(
            x,
            [point.accuracy for point in own],
            marker=drawn.marker,
            color=drawn.colour,
            markersize=5,
            label=drawn.legend,
        )
    panel.grid()
    panel.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    panel.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
