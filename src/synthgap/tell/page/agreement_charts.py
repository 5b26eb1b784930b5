"""Accuracy by agreement of people: the curve and the bins of one task and model."""

from collections.abc import Sequence
from typing import NamedTuple

from synthgap.tell import words
from synthgap.tell.page.scales import Scale, Tick, round_steps
from synthgap.tell.plot_data import BinPoint, CurvePoint

_WIDTH, _HEIGHT = 400, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 10, 44
_OFFSET = 9
"""Between the sources of one bin."""


class Point(NamedTuple):
    """An accuracy and its interval."""

    x: float
    y: float
    low: float
    high: float
    title: str


class Line(NamedTuple):
    """A source's points, from left to right."""

    source: str
    points: list[Point]


class AgreementChart(NamedTuple):
    """A drawing for one model."""

    model: str
    x_label: str
    width: int
    height: int
    left: int
    right: int
    bottom: int
    is_curve: bool
    """Points of a source are joined."""
    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def draw_curve(
    points: Sequence[CurvePoint], model: str, sources: Sequence[str]
) -> AgreementChart | None:
    """Return the drawing of the agreement curves; None where there are no points."""
    own = [point for point in points if point.model == model]
    if not own:
        return None
    steps = sorted({point.threshold for point in own})
    x = _horizontal(steps)
    y, y_ticks = _vertical(own)
    lines = []
    for source in sources:
        drawn = [
            _point(point, x(point.threshold), y, source, "at least")
            for point in own
            if point.source == source
        ]
        lines.append(Line(source, drawn))
    ticks = [Tick(x(step), f"{100 * step:.0f}") for step in steps]
    return _chart(model, "agreement of at least, in percent", True, lines, (ticks, y_ticks))


def draw_bins(
    points: Sequence[BinPoint], model: str, sources: Sequence[str], bands: Sequence[float] | None
) -> AgreementChart | None:
    """Return the drawing of the bins; None where there are none.

    Args:
        points: of all models.
        model: the one to draw.
        sources: in the order of the plan.
        bands: of the agreement, see `AgreementCard`.
    """
    own = [point for point in points if point.model == model]
    if not own:
        return None
    starts = sorted({(point.start, point.end) for point in own})
    places = Scale(-0.5, len(starts) - 0.5, _LEFT, _WIDTH - _RIGHT)
    y, y_ticks = _vertical(own)
    lines = []
    for i, source in enumerate(sources):
        aside = _OFFSET * (i - (len(sources) - 1) / 2)
        drawn = [
            _point(p, places(starts.index((p.start, p.end))) + aside, y, source, bin_name(p, bands))
            for p in own
            if p.source == source
        ]
        lines.append(Line(source, drawn))
    ticks = [Tick(places(i), _span(*_range(*span, bands))) for i, span in enumerate(starts)]
    return _chart(model, "agreement, in percent", False, lines, (ticks, y_ticks))


def bin_name(point: BinPoint, bands: Sequence[float] | None) -> str:
    """Return the bin's agreements in words."""
    start, end = _range(point.start, point.end, bands)
    if start == end:
        return f"{100 * start:.0f} %"
    if end is None:
        return f"at least {100 * start:.0f} %"
    return f"{100 * start:.0f} to under {100 * end:.0f} %"


def _range(start: float, end: float, bands: Sequence[float] | None) -> tuple[float, float | None]:
    """Return the agreements that the texts of a bin may have, which has at least one text.

    With bands these are not the bin's: a text of the band of 75 %, and so in the bin from 70 to
    80 %, has anything from there to below the next band; the end is None where there is none.
    """
    held = [band for band in bands or [] if start <= band < end]
    if not held or not bands:
        return start, end
    return held[0], next((band for band in bands if band > held[-1]), None)


def _span(start: float, end: float | None) -> str:
    if end is None:
        return f"≥ {100 * start:.0f}"
    return f"{100 * start:.0f}" if start == end else f"{100 * start:.0f}–{100 * end:.0f}"


def _point(point: CurvePoint | BinPoint, x: float, y: Scale, source: str, where: str) -> Point:
    if isinstance(point, CurvePoint):
        where = f"{where} {100 * point.threshold:.0f} %"
    accuracy = f"{words.percent(point.accuracy)} %"
    span = f"{words.percent(point.low)} to {words.percent(point.high)}"
    title = f"{words.source_name(source)}, agreement {where}: {accuracy} ({span}), n {point.n}"
    return Point(round(x, 1), y(point.accuracy), y(point.low), y(point.high), title)


def _horizontal(steps: Sequence[float]) -> Scale:
    low, high = steps[0], steps[-1]
    aside = 0.04 * (high - low) or 0.5
    return Scale(low - aside, high + aside, _LEFT, _WIDTH - _RIGHT)


def _vertical(points: Sequence[CurvePoint] | Sequence[BinPoint]) -> tuple[Scale, list[Tick]]:
    low, high = min(point.low for point in points), max(point.high for point in points)
    aside = 0.04 * (high - low) or 0.05
    scale = Scale(low - aside, high + aside, _HEIGHT - _BOTTOM, _TOP)
    steps = round_steps(100 * scale.low, 100 * min(scale.high, 1), 6)
    return scale, [Tick(scale(step / 100), f"{step:g}") for step in steps]


def _chart(
    model: str,
    x_label: str,
    is_curve: bool,
    lines: list[Line],
    ticks: tuple[list[Tick], list[Tick]],
) -> AgreementChart:
    return AgreementChart(
        model=model,
        x_label=x_label,
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        bottom=_HEIGHT - _BOTTOM,
        is_curve=is_curve,
        lines=lines,
        x_ticks=ticks[0],
        y_ticks=ticks[1],
    )
