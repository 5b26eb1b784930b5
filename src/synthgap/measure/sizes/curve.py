"""The making of a size curve: scores by number of human texts, alone and with synthetic sets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from synthgap.floor import seeds
from synthgap.floor.plan import REAL
from synthgap.measure.scoring.heldout import Heldout, Positions
from synthgap.measure.scoring.scorecard import Settings
from synthgap.measure.scoring.scores import Fits, score
from synthgap.measure.sizes.card import Augmented, Point, SizeCard, SourceCurve
from synthgap.measure.sizes.crossing import Curves, worth
from synthgap.measure.stats.bootstrap import DIFFERENCE, SHARE, Draws, centred, centred_interval

CURVE = ("task", "model", "source", "texts", "macro_f1", "low", "high", "n")
"""Columns of the plot data; texts are human ones."""


class Training(NamedTuple):
    """What a fit was trained on."""

    source: str
    """`real`, or the synthetic set that stands beside the human texts."""
    texts: int
    """Human ones; 0 for a synthetic set alone."""


class Predicted(NamedTuple):
    """The predictions of a task and model."""

    fits: Mapping[Training, Positions]
    """(seeds, scored texts) each; of `real` at least two sizes, of each other source 0 and some
    of these sizes."""
    set_sizes: Mapping[str, int]
    """Texts in each synthetic set."""


def score_sizes(
    task: str, heldout: Heldout, predicted: Predicted, plan_seeds: list[int], settings: Settings
) -> SizeCard:
    """Return the size curve of a task and model, on the resamples of its scorecard.

    Args:
        task: its name, which the resamples depend on.
        heldout: its test texts.
        predicted: by what was trained on.
        plan_seeds: in the order of the predictions' rows.
        settings: how to resample.
    """
    draws = _draws(task, heldout, predicted.fits, settings)
    sizes = sorted(training.texts for training in draws if training.source == REAL)
    real = np.stack([draws[Training(REAL, size)] for size in sizes])
    n = len(heldout.truth)
    sources = {
        source: SourceCurve(
            texts=n_texts,
            macro_f1=centred_interval(draws[Training(source, 0)], n, SHARE),
            worth=worth(sizes, real, draws[Training(source, 0)]),
            augmented=list(_augmented(source, sizes, real, draws, n)),
        )
        for source, n_texts in predicted.set_sizes.items()
    }
    points = [
        Point(texts=size, macro_f1=centred_interval(own, n, SHARE))
        for size, own in zip(sizes, real, strict=True)
    ]
    return SizeCard(
        n=n, resamples=settings.resamples, seeds=plan_seeds, real=points, sources=sources
    )


def curve_rows(task: str, model: str, card: SizeCard) -> Iterator[tuple[Any, ...]]:
    """Yield the plot data: the human texts alone, then beside each synthetic set."""
    lines: dict[str, Sequence[Point]] = {REAL: card.real}
    lines |= {f"{REAL} + {source}": curve.augmented for source, curve in card.sources.items()}
    for source, points in lines.items():
        for point in points:
            yield (task, model, source, point.texts, *point.macro_f1)


def _draws(
    task: str, heldout: Heldout, fits: Mapping[Training, Positions], settings: Settings
) -> dict[Training, Draws]:
    predicted = Fits(heldout.truth, np.concatenate(list(fits.values())), len(heldout.labels))
    scores = score(predicted, settings.resamples, seeds.rng(settings.seed, task))
    by_training = np.split(scores.macro_f1, len(fits))
    # Each centred for itself: where they bias a curve and a score differently, the crossing moves.
    return {
        training: centred(own.mean(axis=0)) for training, own in zip(fits, by_training, strict=True)
    }


def _augmented(
    source: str, sizes: Sequence[int], real: Curves, draws: Mapping[Training, Draws], n: int
) -> Iterator[Augmented]:
    for size, alone in zip(sizes, real, strict=True):
        own = draws[Training(source, size)]
        yield Augmented(
            texts=size,
            macro_f1=centred_interval(own, n, SHARE),
            gain=centred_interval(own - alone, n, DIFFERENCE),
            worth=worth(sizes, real, own),
        )
