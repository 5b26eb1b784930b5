"""A number with its interval, and means of independent ones."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Interval(NamedTuple):
    """A number with its 95 % interval and the rows, or tasks, that it rests on."""

    value: float
    low: float
    high: float
    n: int


def mean_interval(parts: Sequence[Interval]) -> Interval:
    """Return the mean of independent numbers; its n is their count.

    The interval is MOVER's for a sum (Zou and Donner 2008, Construction of confidence limits about
    effect measures): the squared distances of each limit from its value add up. It tells how the
    mean would vary with other test rows of the same tasks, not with other tasks.

    Raises:
        ValueError: no parts.
    """
    if not parts:
        raise ValueError("no intervals to average")
    n = len(parts)
    value = math.fsum(part.value for part in parts) / n
    below = math.hypot(*(part.value - part.low for part in parts)) / n
    above = math.hypot(*(part.high - part.value for part in parts)) / n
    return Interval(value, value - below, value + above, n)
