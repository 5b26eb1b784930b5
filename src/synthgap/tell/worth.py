"""How many human labels other texts are worth: from size curves to the summary and the page."""

from collections.abc import Iterator
from pathlib import Path

from synthgap.floor import params, tables
from synthgap.floor.errors import InputError
from synthgap.floor.plan import REAL, Study
from synthgap.measure.sizes.card import Amount, SizeCard, SourceCurve
from synthgap.tell import grid, words
from synthgap.tell.summary import Summary, WorthLine

TITLE = "How many human labels are the other texts worth?"

HEADER = [
    "task",
    "model",
    "other texts",
    "their number",
    "worth so many human labels",
    "gain beside all human texts",
]

HOW_TO_READ = (
    "A set of texts is worth as many human labels as a model needs, trained on them alone, for "
    "the same macro-F1. Fewer or more than the curve has sizes is said as such. The intervals "
    "are 95 %, from resampling the test texts, not from other draws of training texts. The "
    "last column is what the set adds to all human training texts, in points."
)


def read(folder: Path, study: Study) -> dict[str, dict[str, dict[str, WorthLine]]] | None:
    """Return what the plan's size curves say, by task, model and source; None: none is asked for.

    Args:
        folder: where `evaluate_sizes` keeps its cards, by task and model.
        study: the plan.

    Raises:
        InputError: a card is missing, is something else, or of another plan.
    """
    if not study.sizes:
        return None
    return {
        task: {model: _lines(folder / task / f"{model}.json", study) for model in study.sizes}
        for task in study.tasks
    }


def rows(summary: Summary) -> Iterator[list[str]]:
    """Yield the table's rows, under HEADER; none where the plan asks for no size curves."""
    for task, by_model in (summary.worth or {}).items():
        for model, lines in by_model.items():
            for source, line in lines.items():
                numbers = [str(line.texts), _range(line), _gain(line)]
                yield [task, model, words.source_name(source), *numbers]


def section(summary: Summary) -> Iterator[str]:
    """Yield the Markdown page's blocks about size curves; none where the plan asks for none."""
    found = [[f"`{task}`", *rest] for task, *rest in rows(summary)]
    if found:
        yield f"## {TITLE}\n\n{grid.table(HEADER, found, texts=3)}"
        yield HOW_TO_READ


def _lines(path: Path, study: Study) -> dict[str, WorthLine]:
    card: SizeCard = params.check(tables.read_metrics(path), SizeCard, str(path))
    expected = [source for source in study.sources if source != REAL]
    if card.seeds != study.seeds or sorted(card.sources) != sorted(expected):
        raise InputError(
            f"{path}: seeds {card.seeds} and sources {sorted(card.sources)}, expected the plan's "
            f"{study.seeds} and {sorted(expected)}"
        )
    return {source: _line(card.sources[source]) for source in expected}


def _line(curve: SourceCurve) -> WorthLine:
    whole = curve.augmented[-1]
    return WorthLine(
        texts=curve.texts,
        worth=curve.worth,
        human_texts=whole.texts,
        gain=whole.gain.value,
        gain_low=whole.gain.low,
        gain_high=whole.gain.high,
    )


def _range(line: WorthLine) -> str:
    value, low, high = (_amount(end) for end in (line.worth.value, line.worth.low, line.worth.high))
    return f"{value} ({low} to {high})" if low != high else value


def _amount(amount: Amount) -> str:
    prefix = "" if amount.side == "at" else f"{amount.side} "
    return f"{prefix}{amount.texts:.0f}"


def _gain(line: WorthLine) -> str:
    ends = f"{words.points(line.gain_low)} to {words.points(line.gain_high)}"
    return f"{words.points(line.gain)} ({ends}) beside {line.human_texts}"
