"""Whether the texts of a figure can be read."""

import itertools

from matplotlib.text import Text


def texts(figure):
    return [text.get_text() for text in drawn_texts(figure)]


def clashes(figure):
    """Return pairs of texts that are written over each other."""
    figure.draw_without_rendering()
    return [
        (a.get_text(), b.get_text())
        for a, b in itertools.combinations(drawn_texts(figure), 2)
        if a.get_rotation() == b.get_rotation() == 0
        and a.get_window_extent().overlaps(b.get_window_extent())
    ]


def outside(figure):
    """Return the texts that go over the figure's edge."""
    figure.draw_without_rendering()
    page = figure.bbox.padded(1)
    boxes = {text.get_text(): text.get_window_extent() for text in drawn_texts(figure)}
    return [t for t, box in boxes.items() if page.count_contains([box.min, box.max]) < 2]


def drawn_texts(figure):
    """Return the texts that are seen: not the labels of ticks beyond a panel's limits."""
    beyond = set()
    for panel in figure.axes:
        for axis, limits in ((panel.xaxis, panel.get_xlim()), (panel.yaxis, panel.get_ylim())):
            low, high = sorted(limits)
            ticks = axis.get_major_ticks()
            beyond |= {tick.label1 for tick in ticks if not low <= tick.get_loc() <= high}
    found = figure.findobj(Text)
    return [t for t in found if t.get_text() and t.get_visible() and t not in beyond]
