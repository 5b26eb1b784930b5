"""How all figures look, drawn so that the same numbers give the same bytes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap.floor.plan import REAL
from synthgap.measure.stats.intervals import Interval
from synthgap.tell import words
from synthgap.tell.summary import Summary

HELD_OUT = "held-out"
"""Human texts that no classifier was trained on; no source can be called so."""


class Look(NamedTuple):
    """How a source is drawn, and called in legends."""

    colour: str
    marker: str
    legend: str


# Colours of Okabe and Ito, told apart by the colour-blind; the markers differ too.
_LOOKS = {
    REAL: Look("#000000", "o", "human texts (real)"),
    "zero_shot": Look("#D55E00", "s", "LLM texts, from descriptions of the labels (zero-shot)"),
    "few_shot": Look("#0072B2", "^", "LLM texts, after human examples (few-shot)"),
    HELD_OUT: Look("#777777", "D", "other human texts (held-out)"),
}

_ELSEWHERE = [("#009E73", "D"), ("#CC79A7", "v"), ("#E69F00", "P"), ("#56B4E9", "X")]
"""Colours and markers of sources that were made elsewhere, in the order of the plan."""

_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}

_STYLE = {
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.grid.axis": "both",
    "grid.color": "#d0d0d0",
    "grid.linewidth": 0.6,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    # Glyphs as paths look the same everywhere; the salt makes their names the same every time.
    "svg.fonttype": "path",
    "svg.hashsalt": "synthgap",
}

_DOTS_PER_INCH = 200


def look(source: str, summary: Summary) -> Look:
    """Return how a source of the plan, or the held-out texts, are drawn."""
    if source in _LOOKS:
        return _LOOKS[source]
    elsewhere = [name for name in summary.plan.sources if name not in _LOOKS]
    colour, marker = _ELSEWHERE[elsewhere.index(source) % len(_ELSEWHERE)]
    return Look(colour, marker, words.source_name(source))


def whiskers(numbers: Sequence[Interval], scale: float = 1.0) -> NDArray[np.float64]:
    """Return how far the limits are from the values, below and above, times the scale: (2, n).

    A value that is outside of its interval has none on that side, rather than one that points away.
    """
    below = [number.value - number.low for number in numbers]
    above = [number.high - number.value for number in numbers]
    reach: NDArray[np.float64] = scale * np.maximum(0.0, np.array([below, above]))
    return reach


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the style of all figures, whatever the user's own is."""
    with style.context(_STYLE, after_reset=True):
        yield


def write_around(figure: Figure, summary: Summary, title: str, note: str, panel: Axes) -> None:
    """Write title, warning, legend and note of a figure, outside of its panels.

    Args:
        figure: with the layout engine `constrained`.
        summary: says whether there are human texts in it.
        title: above the panels.
        note: stands above the legend.
        panel: one whose legend is that of all.
    """
    if summary.data.demonstration:
        title = f"DEMONSTRATION, NO HUMAN TEXTS\n{title}"
    figure.suptitle(title, fontsize=14, fontweight="bold", x=0.01, ha="left")
    handles, labels = panel.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower left", title=note, alignment="left", frameon=False
    )


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write the figure into the folder, as <name>.svg and <name>.png."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing():
        for kind, metadata in _METADATA.items():
            beside = folder / f".{name}.{kind}.part"
            figure.savefig(beside, format=kind, dpi=_DOTS_PER_INCH, metadata=metadata)
            beside.replace(folder / f"{name}.{kind}")
