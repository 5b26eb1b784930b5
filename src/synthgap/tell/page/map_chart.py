"""A map of a task's texts, a panel for each source."""

from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from synthgap.tell.page.scales import Scale
from synthgap.tell.plot_data import MapPoint

_SIZE, _MARGIN = 280, 8


class Cloud(NamedTuple):
    """The texts of one label."""

    label: str
    path: str
    """Of an SVG: a dot for each."""
    n: int
    x: float
    """Mean."""
    y: float


class MapChart(NamedTuple):
    """A drawing of one source's texts before those of all."""

    source: str
    size: int
    n: int
    all: str
    """Of an SVG: a dot for each text of any source."""
    clouds: list[Cloud]


def draw(points: Sequence[MapPoint], sources: Sequence[str]) -> list[MapChart]:
    """Return a drawing for each source; all have the same axes, equally long on both."""
    shown = [point for point in points if point.source in sources]
    if not shown:
        return []
    x, y = _scales(shown)
    charts = []
    for source in sources:
        own = [point for point in shown if point.source == source]
        clouds = []
        for label in sorted({point.label for point in own}):
            texts = [point for point in own if point.label == label]
            mean = (fmean(point.x for point in texts), fmean(point.y for point in texts))
            clouds.append(Cloud(label, _dots(texts, x, y), len(texts), *mean))
        charts.append(MapChart(source, _SIZE, len(own), _dots(shown, x, y), clouds))
    return charts


def _scales(points: Sequence[MapPoint]) -> tuple[Scale, Scale]:
    xs, ys = [point.x for point in points], [point.y for point in points]
    width = max(max(xs) - min(xs), max(ys) - min(ys)) or 1.0
    x, y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    end = _SIZE - _MARGIN
    return (
        Scale(x - width / 2, x + width / 2, _MARGIN, end),
        Scale(y - width / 2, y + width / 2, end, _MARGIN),
    )


def _dots(points: Sequence[MapPoint], x: Scale, y: Scale) -> str:
    return "".join(f"M{x(point.x)} {y(point.y)}h0" for point in points)
