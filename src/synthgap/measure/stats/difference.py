"""The difference of two numbers that have intervals."""

import math

from synthgap.measure.stats.intervals import Interval


def difference_interval(number: Interval, less: Interval) -> Interval:
    """Return `number` minus `less`; its n is the smaller of the two.

    The interval is MOVER's for independent numbers (Zou and Donner 2008, Construction of confidence
    limits about effect measures): the squared distances of the limits that are against each other
    add up. Numbers that rise and fall together, such as scores on the same texts, differ by less
    than that, so that for them the interval is too wide and never too narrow.
    """
    value = number.value - less.value
    below = math.hypot(number.value - number.low, less.high - less.value)
    above = math.hypot(number.high - number.value, less.value - less.low)
    return Interval(value, value - below, value + above, min(number.n, less.n))
