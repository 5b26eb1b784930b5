import numpy as np
import pytest

from synthgap.measure.sizes.card import Amount
from synthgap.measure.sizes.crossing import isotonic, reach, worth

SIZES = [10, 20, 40]


def reached(curve, score):
    return reach(SIZES, np.array([curve]).T, np.array([score]))[0]


def test_isotonic_by_hand():
    # 0.6 before 0.4 are pooled to their mean; the other curve rises already.
    curves = np.array([[0.6, 0.1], [0.4, 0.2], [0.7, 0.3]])
    assert isotonic(curves) == pytest.approx(np.array([[0.5, 0.1], [0.5, 0.2], [0.7, 0.3]]))


@pytest.mark.parametrize(
    ("score", "size"),
    [
        (0.5, 10),
        (0.6, 10 * 2**0.5),  # halfway between 10 and 20 on a logarithmic scale
        (0.7, 20),
        (0.725, 20 * 2**0.25),
        (0.8, 40),
        (0.81, np.inf),
        (0.49, -np.inf),
    ],
)
def test_a_score_is_reached_on_the_line_over_the_logarithm_of_the_size(score, size):
    assert reached([0.5, 0.7, 0.8], score) == pytest.approx(size)


def test_on_a_level_stretch_the_first_size_counts():
    assert reached([0.5, 0.7, 0.7], 0.7) == 20
    assert reached([0.5, 0.5, 0.7], 0.5) == 10


def test_reaching_grows_with_the_score():
    rng = np.random.default_rng(1)
    curves = isotonic(rng.random((3, 200)))
    low, high = np.sort(rng.random((2, 200)), axis=0)
    assert (reach(SIZES, curves, low) <= reach(SIZES, curves, high)).all()


def curves(n, noise):
    """A curve of 0.5, 0.7, 0.8 and 100 resamples of it, all moved by the same noise or not."""
    moved = np.concatenate([[0.0], np.linspace(-noise, noise, n)])
    return np.array([[0.5], [0.7], [0.8]]) + moved


def test_an_interval_within_the_sizes_by_hand():
    # Scores 0.7 against curves moved by -0.05 to 0.05 in 201 steps. The 6th lowest and highest
    # moves (2.5 % of 201 is 5.025) are ∓0.0475: a curve that is higher by 0.0475 reaches 0.7 at
    # 10 * 2 ** (0.1525 / 0.2); one that is lower at 20 * 2 ** (0.0475 / 0.1).
    found = worth(SIZES, curves(201, 0.05), np.full(202, 0.7))
    assert found.value == Amount(side="at", texts=20)
    assert found.low.texts == pytest.approx(10 * 2 ** (0.1525 / 0.2))
    assert found.high.texts == pytest.approx(20 * 2 ** (0.0475 / 0.1), rel=1e-3)
    assert (found.low.side, found.high.side) == ("at", "at")


def test_an_interval_that_leaves_the_curve_says_so():
    found = worth(SIZES, curves(201, 0.4), np.full(202, 0.7))
    assert found.low == Amount(side="fewer than", texts=10)
    assert found.high == Amount(side="more than", texts=40)


@pytest.mark.parametrize(
    ("score", "side", "texts"), [(0.9, "more than", 40), (0.4, "fewer than", 10)]
)
def test_a_score_that_the_curve_never_has_is_beyond_its_end(score, side, texts):
    found = worth(SIZES, curves(100, 0.01), np.full(101, score))
    beyond = Amount(side=side, texts=texts)
    assert (found.value, found.low, found.high) == (beyond, beyond, beyond)
