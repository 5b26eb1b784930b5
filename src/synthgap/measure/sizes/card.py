"""The card of a size curve, as `evaluate_sizes` writes and others read it.

A synthetic set is worth the number of human texts that a model trained on them alone needs for
the same score.
"""

from typing import Literal

from synthgap.floor.params import Section
from synthgap.measure.scoring.cards import Number


class Amount(Section):
    """A number of human texts, or the end of the curve that it lies beyond."""

    side: Literal["at", "fewer than", "more than"]
    texts: float


class Worth(Section):
    """A number of human texts with its 95 % interval."""

    value: Amount
    low: Amount
    high: Amount


class Point(Section):
    """The score of a model trained on so many human texts, mean over seeds."""

    texts: int
    macro_f1: Number


class Augmented(Point):
    """The same with the synthetic set beside them."""

    gain: Number
    """Over the same human texts alone."""
    worth: Worth
    """The human texts that would do as well alone."""


class SourceCurve(Section):
    """What one synthetic set is worth alone, and what it adds."""

    texts: int
    """In the set."""
    macro_f1: Number
    worth: Worth
    augmented: list[Augmented]


class SizeCard(Section):
    """What `evaluate_sizes` writes about a task and model."""

    n: int
    """Test texts that are scored."""
    resamples: int
    seeds: list[int]
    real: list[Point]
    """From the fewest human texts to all of the training table."""
    sources: dict[str, SourceCurve]
