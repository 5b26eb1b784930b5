"""How varied each source's texts are, and how near the real ones are to them."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from synthgap.floor.plan import REAL
from synthgap.measure.diversity.section import DiversityTask
from synthgap.measure.stats.intervals import Interval
from synthgap.tell import words
from synthgap.tell.figures.style import HELD_OUT, Look, drawing, look, whiskers, write_around
from synthgap.tell.summary import Summary

_OWN = {
    "remote_clique_distance": "Remote Clique\n(mean distance of two texts)",
    "chamfer_distance": "Chamfer\n(mean distance to the nearest text)",
    "vendi_score": "Vendi score\n(effective number of texts)",
}
_TO_REAL = {
    "similarity_score": "similarity to real\n(mean cosine with the nearest)",
    "covered_share": "coverage\n(share of real texts)",
    "auc": "AUC\n(told apart from real; 0.5 is not at all)",
}
_NOTE = (
    "Samples of one size, embedded by all-MiniLM-L6-v2, with 95 % intervals from half-samples. "
    "Held-out:\nother human texts, what a source of real texts reaches. Texts:"
)
_OFFSET = 0.19
"""Between the sources of one task; tasks are 1 apart."""


def draw_diversity(summary: Summary) -> Figure:
    """Return how far apart the texts of each source are, a panel for each measure."""
    title = f"Are {words.kind_of_texts(summary)} texts narrower?"
    return _draw(summary, _OWN, [*summary.plan.sources, HELD_OUT], title)


def draw_similarity(summary: Summary) -> Figure | None:
    """Return how near real texts are to each source's; None where no real texts are in the plan."""
    if REAL not in summary.plan.sources:
        return None
    sources = [source for source in summary.plan.sources if source != REAL]
    title = f"Are {words.kind_of_texts(summary)} texts elsewhere?"
    return _draw(summary, _TO_REAL, [*sources, HELD_OUT], title)


def _draw(summary: Summary, measures: Mapping[str, str], sources: list[str], title: str) -> Figure:
    tasks = summary.diversity.tasks
    with drawing():
        size = (2.2 + 3.4 * len(measures), 2.5 + 0.5 * len(tasks))
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(1, len(measures), sharey=True, squeeze=False).ravel()
        for panel, (measure, name) in zip(panels, measures.items(), strict=True):
            for i, source in enumerate(sources):
                aside = _OFFSET * (i - (len(sources) - 1) / 2)
                found = [_number(task, source, measure) for task in tasks.values()]
                _draw_source(panel, look(source, summary), found, aside)
            panel.set_xlabel(name)
            panel.grid(axis="x")
            for place in range(0, len(tasks), 2):
                shade = {"color": "#f2f2f2", "linewidth": 0, "zorder": 0}
                panel.axhspan(place - 0.5, place + 0.5, **shade)
        panels[0].set_yticks(range(len(tasks)), list(tasks))
        panels[0].set_ylim(len(tasks) - 0.5, -0.5)
        for panel in panels:
            panel.tick_params(axis="y", length=0)
        write_around(figure, summary, title, _NOTE, panels[0])
    return figure


def _draw_source(panel: Axes, drawn: Look, found: list[Interval | None], aside: float) -> None:
    known = [(place + aside, one) for place, one in enumerate(found) if one is not None]
    panel.errorbar(
        [one.value for _, one in known],
        [place for place, _ in known],
        xerr=whiskers([one for _, one in known]),
        fmt=drawn.marker,
        color=drawn.colour,
        markersize=4.5,
        elinewidth=1.2,
        label=drawn.legend,
    )


def _number(task: DiversityTask, source: str, measure: str) -> Interval | None:
    line = task.held_out if source == HELD_OUT else task.sources[source]
    found: Interval | None = getattr(line, measure)
    return found
