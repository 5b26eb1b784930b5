"""Whether a source stands in for real texts, as far as its test texts can tell."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.scoring.cards import Verdict
from synthgap.measure.stats.intervals import Interval
from synthgap.measure.stats.proportions import Z


def verdict(gap: Interval, tolerance: float, even_rows: float) -> Verdict:
    """Return what the interval tells of the gap, and *stands in* only where it was tested.

    A bootstrap knows no error that the test texts do not show: where both classifiers make the same
    errors on a handful of texts, every resample has the gap 0. So *stands in* asks that a gap as
    large as the tolerance is rejected with the variance that it would have, as a score test of the
    difference of paired shares does (Tango 1998, Equivalence test and confidence interval for the
    difference in proportions for the paired-sample design). Were the gap the tolerance, the two
    would differ on d = tolerance - value more of the texts, which adds d (1 - tolerance - value) /
    even_rows to the variance that the interval tells of: the interval's upper arm a, Z standard
    errors long, has to be

        sqrt(a^2 + Z^2 d (1 - tolerance - value) / even_rows) <= d,

    more than that the interval ends below the tolerance, which is a <= d. Without any difference,
    and with a tolerance of 0.02, it takes 189 texts.

    Args:
        gap: of macro-F1, with its interval.
        tolerance: the largest gap that still stands in.
        even_rows: as of the function of that name.
    """
    if gap.low > tolerance:
        return "falls short"
    d, arm = tolerance - gap.value, gap.high - gap.value
    unseen = Z**2 * d * (1 - tolerance - gap.value) / even_rows
    return "stands in" if d > 0 and arm**2 + unseen <= d**2 else "undecided"


def even_rows(truth: NDArray[np.integer[Any]]) -> float:
    """Return how many texts of equally frequent labels an error counts as much among as here.

    A text that is taken for one of another label costs 1 / (2 m) of the F1 of each of the two, to
    the first order, if their labels have m texts, so that macro-F1 of K labels falls by
    (1 / m_1 + 1 / m_2) / (2 K): by 1 / n if all labels are as frequent, by more between rare ones.
    This is n of the two rarest: K times the harmonic mean of their m.

    Args:
        truth: the label of each test text, as a number; at least one text.
    """
    counts = np.unique(truth, return_counts=True)[1]
    rarest = np.sort(counts)[:2]
    return float(len(counts) / (1 / rarest).mean())
