"""What was found in a user's file, on the terminal."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from synthgap.own.look import Look
from synthgap.own.rows import TEST, TRAIN

MOST = 30
"""Labels that are shown."""


def found(look: Look, place: str, about: str) -> Group:
    """Return a table of the labels, and the counts that decide whether the file is fit."""
    return Group(*_parts(look, place, about))


def _parts(look: Look, place: str, about: str) -> Iterator[RenderableType]:
    # Labels are the file's, so they must not be taken for markup.
    yield Text(f"{place}: {about}")
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("label", overflow="fold")
    for title in ("rows", "to train on", "to test on"):
        table.add_column(title, justify="right")
    shown = sorted(look.labels, key=lambda label: -look.rows[label])
    for label in shown[:MOST]:
        n = (look.rows[label], look.usable[TRAIN][label], look.usable[TEST][label])
        table.add_row(Text(label), *(f"{count:,}" for count in n))
    totals = (look.rows, look.usable[TRAIN], look.usable[TEST])
    name = f"all {len(look.labels)} labels"
    table.add_row(name, *(f"{sum(side.values()):,}" for side in totals), style="bold")
    yield table
    if len(shown) > MOST:
        yield Text(f"{len(shown) - MOST} further labels are not shown")
    low, middle, high = look.words
    yield Text(
        f"length: {middle} words in the middle, {low} to {high} in 80 % of the texts, "
        f"{look.longest:,} characters at most"
    )
    not_used = ", ".join(f"{n:,} {reason}" for reason, n in look.unused.items())
    yield Text(f"rows that will not be used: {not_used or 'none'}")
    yield Text(f"scripts: {_scripts(look)}")
    if look.n_voted:
        yield Text(f"votes: on {look.n_voted:,} texts")
    for warning in look.warnings:
        yield Text(f"look: {warning}", style="yellow")


def _scripts(look: Look) -> str:
    shares = [f"{name.title()} {100 * share:.1f} %" for name, share in look.scripts.items()]
    several = "; several languages, in one task?" if len(shares) > 1 else ""
    one = " (which says nothing of languages in one script)" if len(shares) == 1 else ""
    return ", ".join(shares[:5]) + several + one if shares else "no letters"
