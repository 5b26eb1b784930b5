"""The making of a task's agreement card, with the curve and the bins of every source and model."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field

from synthgap.floor import seeds
from synthgap.floor.params import Section
from synthgap.floor.plan import REAL, Cell
from synthgap.measure.agreement import agreement, curve
from synthgap.measure.agreement.agreement import Votes
from synthgap.measure.agreement.bins import bins
from synthgap.measure.agreement.card import AgreementCard, CurveCard
from synthgap.measure.agreement.curve import Scored
from synthgap.measure.stats.bootstrap import Draws, percentile_interval
from synthgap.measure.stats.intervals import Interval
from synthgap.measure.stats.proportions import wilson_interval
from synthgap.measure.stats.spearman import spearman_rho, undefined

CURVE = ("task", "source", "model", "threshold", "accuracy", "low", "high", "n")
"""Columns of the plot data of agreement curves; n texts reach the threshold."""

BINS = ("task", "source", "model", "start", "end", "accuracy", "low", "high", "n")
"""Columns of the plot data of bins; a bin goes from start to below end, the last one is 1."""


def _check_starts(starts: list[float]) -> list[float]:
    if starts[0] != 0 or starts[-1] != 1 or sorted(set(starts)) != starts:
        raise ValueError("expected growing numbers from 0 to 1")
    return starts


class Settings(Section):
    """The `subjectivity` section of params.yaml."""

    min_votes: int = Field(ge=2)
    """A text with fewer does not count, for one voter always agrees."""
    min_rows: int = Field(ge=2)
    """Texts that a threshold of the curve must leave."""
    bins: Annotated[list[float], Field(min_length=2), AfterValidator(_check_starts)]
    """Where bins of agreement begin; the last holds unanimous texts only."""
    resamples: int = Field(ge=100)
    seed: int = Field(ge=0)


class Counted(NamedTuple):
    """The texts that count, and how many do not."""

    votes: Votes
    left_out_rows: int


class Curves(NamedTuple):
    """The agreement curve of each cell, all with the same thresholds and resamples."""

    n_texts: int
    steps: list[float]
    points: dict[Cell, list[Interval]]
    slopes: dict[Cell, Draws]
    """Empty where there are too few thresholds for a line."""


def select(votes: Votes, min_votes: int) -> Counted:
    """Return the texts with at least `min_votes`, or whose agreement was published without."""
    n_votes = votes.counts.sum(axis=1)
    counts = (n_votes == 0) | (n_votes >= min_votes)
    return Counted(votes.take(counts), int((~counts).sum()))


def draw_curves(task: str, scored: Scored, cells: Sequence[Cell], settings: Settings) -> Curves:
    """Return the curves of the task's cells, which stand in the order of `scored.hits`."""
    steps = curve.thresholds(scored.agreement, settings.min_rows)
    points = dict(zip(cells, curve.curve(scored, steps), strict=True))
    slopes: dict[Cell, Draws] = {}
    if len(steps) > 1:
        rng = seeds.rng(settings.seed, task, "slopes")
        draws = curve.slope_draws(scored, steps, settings.resamples, rng)
        slopes = dict(zip(cells, draws, strict=True))
    return Curves(len(scored.agreement), steps.tolist(), points, slopes)


def card(task: str, counted: Counted, curves: Curves, settings: Settings) -> AgreementCard:
    """Return what is known of the task's voters, and of the curves."""
    votes = counted.votes
    if not votes.ids and not counted.left_out_rows:
        return AgreementCard(
            votes="none", absent={"mean_agreement": "the task has no texts with votes"}
        )
    absent: dict[str, str] = {}
    numbers: dict[str, Any] = {
        "n_texts": len(votes.ids),
        "n_votes": int(votes.counts.sum()),
        "left_out_rows": counted.left_out_rows,
        "scored_rows": curves.n_texts,
        "resamples": settings.resamples,
    }
    if votes.ids:
        found, absent = of_voters(task, votes, settings)
        numbers |= found | {"bands": _bands(votes)}
    else:
        absent["mean_agreement"] = f"no text has {settings.min_votes} votes"
    if curves.steps:
        numbers["models"] = _curve_cards(curves)
    else:
        absent["models"] = (
            f"{curves.n_texts} texts have votes and predictions, expected at least "
            f"{settings.min_rows}"
        )
    return AgreementCard(votes="human", absent=absent or None, **numbers)


def curve_rows(task: str, curves: Curves) -> Iterator[tuple[Any, ...]]:
    """Yield the plot data of the curves, from low to high thresholds."""
    for cell, points in curves.points.items():
        for step, accuracy in zip(curves.steps, points, strict=True):
            yield (task, *cell, step, *accuracy)


def bin_rows(
    task: str, scored: Scored, cells: Sequence[Cell], settings: Settings
) -> Iterator[tuple[Any, ...]]:
    """Yield the plot data of the bins that have texts, from low to high agreement."""
    for bin_ in bins(scored, settings.bins):
        yield (task, *cells[bin_.cell], bin_.start, bin_.end, *bin_.accuracy)


def _bands(votes: Votes) -> list[float] | None:
    """Return the agreements of texts without published votes; None where votes are published."""
    if votes.counts.any():
        return None
    return sorted(set(votes.agreement.tolist()))


def of_voters(
    task: str, votes: Votes, settings: Settings
) -> tuple[dict[str, Interval], dict[str, str]]:
    """Return the numbers of all texts, and why others are absent; there is at least one text."""
    n, voted = len(votes.ids), votes.counts.any(axis=1)
    rng = seeds.rng(settings.seed, task, "voters")
    draws = agreement.draw(votes, settings.resamples, rng)
    numbers = {
        "mean_agreement": percentile_interval(draws.mean_agreement, n),
        "unanimous_share": wilson_interval(int((votes.agreement == 1).sum()) / n, n),
    }
    if not voted.any():
        reason = "the share of agreeing voters is published, but not the votes"
        return numbers, {"alpha": reason, "tied_share": reason}
    n = int(voted.sum())
    tied = int(agreement.tied(votes.counts[voted]).sum())
    numbers["tied_share"] = wilson_interval(tied / n, n)
    if undefined_alpha := agreement.alpha_undefined(votes.counts):
        return numbers, {"alpha": undefined_alpha}
    return numbers | {"alpha": percentile_interval(draws.alpha, n)}, {}


def _curve_cards(curves: Curves) -> dict[str, dict[str, CurveCard]]:
    cards: dict[str, dict[str, CurveCard]] = {cell.model: {} for cell in curves.points}
    for cell in curves.points:
        cards[cell.model][cell.source] = _curve_card(cell, curves)
    return cards


def _curve_card(cell: Cell, curves: Curves) -> CurveCard:
    steps, accuracies = curves.steps, [point.value for point in curves.points[cell]]
    numbers: dict[str, Any] = {"n_thresholds": len(steps)}
    absent = {}
    if curves.slopes:
        numbers["slope"] = percentile_interval(curves.slopes[cell], curves.n_texts)
        numbers["intercept"] = curve.line(steps, accuracies).intercept
    else:
        absent["slope"] = f"{len(steps)} threshold, expected at least 2"
    reason = undefined(steps, accuracies, ("threshold", "accuracy"))
    if reason:
        absent |= {"r_squared": reason, "rho": reason}
    else:
        numbers["r_squared"] = curve.r_squared(steps, accuracies)
        numbers["rho"] = spearman_rho(steps, accuracies)
    if cell.source != REAL and curves.slopes:
        real = curves.slopes.get(Cell(REAL, cell.model))
        if real is None:
            absent["slope_difference"] = "the plan has no real texts to compare with"
        else:
            difference = curves.slopes[cell] - real
            numbers["slope_difference"] = percentile_interval(difference, curves.n_texts)
    return CurveCard(absent=absent or None, **numbers)
