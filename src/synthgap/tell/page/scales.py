"""From numbers to places on a drawing."""

import math
from typing import NamedTuple


class Scale(NamedTuple):
    """Values from `low` to `high` stand at places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where the value stands, to a tenth of a unit."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


class Tick(NamedTuple):
    """A line across a drawing, and what is written at its end."""

    place: float
    text: str


def round_steps(low: float, high: float, most: int) -> list[float]:
    """Return round numbers from `low` to `high`, equally far apart, at most so many.

    Args:
        low: below `high`.
        high: above `low`.
        most: 2 or more.
    """
    width = (high - low) / most
    power = 10.0 ** math.floor(math.log10(width))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width)
    # From whole numbers, so that 0 is 0 and not 1e-17.
    return [round(i * step, 10) for i in range(math.ceil(low / step), math.floor(high / step) + 1)]
