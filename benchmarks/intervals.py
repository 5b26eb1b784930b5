"""How often intervals of macro-F1 hold the truth, and how often a source stands in that should not.

python benchmarks/intervals.py coverage   plain, centred and reflected resamples, by labels
python benchmarks/intervals.py verdicts   of a source whose true gap is just above the tolerance
"""

import argparse
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthgap.measure.scoring.scores import Fits, score
from synthgap.measure.scoring.verdict import even_rows, verdict
from synthgap.measure.stats.bootstrap import DIFFERENCE, centred_interval, percentile_interval

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
TOLERANCE, RESAMPLES = 0.02, 400


def true_f1(shares: Floats, taken: Floats) -> float:
    """Return the macro-F1 of endless test texts with these shares of labels.

    Args:
        shares: (labels,), which sum to 1.
        taken: (labels, labels): how often a label's text is taken for each label.
    """
    joint = shares[:, np.newaxis] * taken
    return float((2 * np.diag(joint) / (joint.sum(axis=0) + joint.sum(axis=1))).mean())


def predict(truth: Labels, taken: Floats, rng: np.random.Generator) -> Labels:
    """Return predictions of texts with these true labels."""
    drawn = rng.random((len(truth), 1))
    return (drawn > np.cumsum(taken, axis=1)[truth]).sum(axis=1).clip(max=len(taken) - 1)


def confused(n_labels: int, right: float, spread: float, rng: np.random.Generator) -> Floats:
    """Return labels each taken for three others, some labels more often than others."""
    taken = np.zeros((n_labels, n_labels))
    for label in range(n_labels):
        others = rng.choice(np.delete(np.arange(n_labels), label), 3, replace=False)
        hit = np.clip(right + rng.normal(0, spread), 0.02, 0.99)
        taken[label, others], taken[label, label] = (1 - hit) / 3, hit
    return taken


def coverage(repeats: int = 300) -> None:
    """Print how often 95 % intervals of 500 texts hold the true scores and the true gap."""
    print("| labels | of | truth | plain | centred | reflected | score in its own plain interval |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for n_labels in (4, 27, 77, 150, 300):
        rng = np.random.default_rng(n_labels)
        cells = [confused(n_labels, 0.9, 0.08, rng), confused(n_labels, 0.6, 0.12, rng)]
        real, other = (true_f1(np.full(n_labels, 1 / n_labels), taken) for taken in cells)
        truths = np.array([real, other, real - other])
        held = np.zeros((4, 3))
        for _ in range(repeats):
            truth = np.arange(500) % n_labels
            predicted = np.stack([predict(truth, taken, rng) for taken in cells])
            found = score(Fits(truth, predicted, n_labels), RESAMPLES, rng).macro_f1
            for i, draws in enumerate([*found, found[0] - found[1]]):
                plain = percentile_interval(draws, 500)
                middle = centred_interval(draws, 500, DIFFERENCE)
                ends = (2 * plain.value - plain.high, 2 * plain.value - plain.low)
                held[:, i] += [
                    plain.low <= truths[i] <= plain.high,
                    middle.low <= truths[i] <= middle.high,
                    ends[0] <= truths[i] <= ends[1],
                    plain.low <= plain.value <= plain.high,
                ]
        for i, name in enumerate(("real", "other", "gap")):
            told = " | ".join(f"{share:.2f}" for share in held[:, i] / repeats)
            print(f"| {n_labels} | {name} | {truths[i]:.3f} | {told} |", flush=True)


class Case(NamedTuple):
    """A task, and how its classifiers err."""

    n: int
    shares: list[float]
    real_error: float
    """Of every label alike."""
    kind: str
    """How the source errs: `even`, `rare` (texts of the first label) or `into` (taken for it)."""


def erring(n_labels: int, error: float, kind: str) -> Floats:
    """Return how often each label is taken for each other."""
    taken = np.eye(n_labels)
    if kind == "into":
        taken[1:] *= 1 - error
        taken[1:, 0] = error
        return taken
    rows = slice(0, 1) if kind == "rare" else slice(None)
    even = (1 - error) * taken + error / (n_labels - 1) * (1 - taken)
    taken[rows] = even[rows]
    return taken


def just_too_bad(shares: Floats, real: float, kind: str) -> Floats:
    """Return the errors of a source whose gap is a ten thousandth part above the tolerance."""
    low, high = 0.0, 0.9
    for _ in range(60):
        middle = (low + high) / 2
        lost = real - true_f1(shares, erring(len(shares), middle, kind))
        low, high = (low, middle) if lost > TOLERANCE * 1.0001 else (middle, high)
    return erring(len(shares), high, kind)


def false_verdicts(case: Case, repeats: int) -> tuple[float, float, float]:
    """Return even_rows, and how often the interval alone and the verdict say that it stands in."""
    rng = np.random.default_rng(3)
    shares = np.array(case.shares) / sum(case.shares)
    n_labels = len(shares)
    real = erring(n_labels, case.real_error, "even")
    other = just_too_bad(shares, true_f1(shares, real), case.kind)
    truth = np.repeat(np.arange(n_labels), np.round(shares * case.n).astype(int))
    rows, n = even_rows(truth), len(truth)
    alone, tested = 0, 0
    for _ in range(repeats):
        predicted = np.stack([predict(truth, taken, rng) for taken in (real, other)])
        found = score(Fits(truth, predicted, n_labels), RESAMPLES, rng).macro_f1
        gap = centred_interval(found[0] - found[1], n, DIFFERENCE)
        alone += gap.high <= TOLERANCE
        tested += verdict(gap, TOLERANCE, rows) == "stands in"
    return rows, alone / repeats, tested / repeats


def verdicts(repeats: int = 1000) -> None:
    """Print how often a source with a gap just above the tolerance is said to stand in."""
    even, rare, rarer = [1.0, 1.0], [0.13, 0.87], [0.05, 0.95]
    cases = [
        Case(n, even, error, "even")
        for n in (24, 48, 100, 190, 300, 500, 1000)
        for error in (0.0, 0.01, 0.05, 0.2)
    ]
    cases += [
        Case(n, shares, error, kind)
        for n in (250, 500)
        for shares in (rare, rarer)
        for kind in ("even", "rare", "into")
        for error in (0.0, 0.02)
    ]
    cases += [
        Case(500, shares, error, kind)
        for shares in ([1.0] * 10, [0.1, 0.2, 0.3, 0.4])
        for kind in ("even", "rare")
        for error in (0.0, 0.03)
    ]
    print("| n | labels | shares | real errs | source errs | even rows | interval | verdict |")
    print("| ---: | ---: | --- | ---: | --- | ---: | ---: | ---: |")
    for case in cases:
        rows, alone, tested = false_verdicts(case, repeats)
        shares = "even" if len(set(case.shares)) == 1 else "/".join(map(str, case.shares))
        told = [case.n, len(case.shares), shares, case.real_error, case.kind, f"{rows:.0f}"]
        print(f"| {' | '.join(map(str, told))} | {alone:.3f} | {tested:.3f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["coverage", "verdicts"])
    {"coverage": coverage, "verdicts": verdicts}[parser.parse_args().what]()


if __name__ == "__main__":
    main()
