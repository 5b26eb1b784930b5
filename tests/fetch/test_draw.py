from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from synthgap.fetch import draw


def frame(labels):
    return pd.DataFrame({"id": [f"r{i}" for i in range(len(labels))], "label": labels})


def test_shares_by_largest_remainder_by_hand():
    # 10 of 7 + 5 + 3 = 15: exactly 4.67, 3.33 and 2; the one row left goes to the largest
    # remainder, 0.67.
    assert draw.allocate({"a": 7, "b": 5, "c": 3}, 10, 1) == {"a": 5, "b": 3, "c": 2}


def test_a_rare_label_gets_its_least_at_the_cost_of_the_largest():
    # 10 of 100: exactly 9.7, 0.2 and 0.1, rounded 10, 0 and 0.
    assert draw.allocate({"a": 97, "b": 2, "c": 1}, 10, 1) == {"a": 8, "b": 1, "c": 1}


def test_a_label_with_less_than_the_least_gives_all_it_has():
    assert draw.allocate({"a": 97, "b": 3}, 10, 5) == {"a": 7, "b": 3}


def test_too_small_a_total_is_raised_to_the_least_of_every_label():
    assert draw.allocate({"a": 97, "b": 3}, 0, 1) == {"a": 1, "b": 1}


def test_nothing_of_nothing_is_nothing():
    assert draw.allocate({}, 5, 1) == {}
    assert draw.allocate({"a": 3}, 0, 0) == {"a": 0}


@pytest.mark.parametrize("seed", range(20))
def test_shares_add_up_and_are_within_one_row_of_exact(seed):
    rng = np.random.default_rng(seed)
    counts = {f"l{i}": int(n) for i, n in enumerate(rng.integers(1, 50, rng.integers(2, 7)))}
    total = int(rng.integers(0, 120))
    shares = draw.allocate(counts, total, 0)
    everything = sum(counts.values())
    assert sum(shares.values()) == min(total, everything)
    for label, n in counts.items():
        exact = Fraction(n * min(total, everything), everything)
        assert abs(shares[label] - exact) < 1


@pytest.mark.parametrize("seed", range(20))
def test_no_label_gives_more_than_it_has_or_less_than_its_least(seed):
    rng = np.random.default_rng(seed)
    counts = {f"l{i}": int(n) for i, n in enumerate(rng.integers(1, 9, rng.integers(2, 7)))}
    shares = draw.allocate(counts, int(rng.integers(0, 60)), 2)
    assert all(min(n, 2) <= shares[label] <= n for label, n in counts.items())


def test_taken_and_rest_are_the_rows_in_their_order():
    rows = frame(list("abbabbabbabb"))
    taken, rest = draw.take(rows, 6, 1, 1, "task", "train")
    assert draw.counts(taken) == {"a": 2, "b": 4}
    assert taken.index.is_monotonic_increasing
    assert rest.index.is_monotonic_increasing
    assert pd.concat([taken, rest]).sort_index().equals(rows)


def test_a_label_may_lose_a_text_in_a_larger_draw_by_hand():
    # 3 of 6 + 6 + 2 = 14: exactly 1.29, 1.29 and 0.43; the row left goes to 0.43.
    assert draw.allocate({"a": 6, "b": 6, "c": 2}, 3, 0) == {"a": 1, "b": 1, "c": 1}
    # 4 of them: exactly 1.71, 1.71 and 0.57; the two rows left go to 0.71 and 0.71.
    assert draw.allocate({"a": 6, "b": 6, "c": 2}, 4, 0) == {"a": 2, "b": 2, "c": 0}


@pytest.mark.parametrize("seed", range(40))
def test_no_label_loses_more_than_one_text_in_a_larger_draw(seed):
    rng = np.random.default_rng(seed)
    sizes = np.ceil(rng.pareto(rng.uniform(0.3, 2), rng.integers(2, 9)) * 3).clip(1, 300)
    counts = {f"l{i}": int(n) for i, n in enumerate(sizes)}
    everything = sum(counts.values())
    # From here on each label's share is one text or more, so that none is lifted.
    ample = -(-everything // min(counts.values()))
    for at_least, smallest in ((0, 0), (1, ample)):
        most = dict.fromkeys(counts, 0)
        for total in range(smallest, min(everything, smallest + 200) + 1):
            shares = draw.allocate(counts, total, at_least)
            assert all(shares[label] >= most[label] - 1 for label in counts)
            most = {label: max(most[label], shares[label]) for label in counts}


def test_a_larger_draw_of_equal_labels_holds_all_of_a_smaller_one():
    rows = frame(list("ab") * 50)
    smaller = draw.take(rows, 10, 1, 1, "task", "train").taken
    larger = draw.take(rows, 30, 1, 1, "task", "train").taken
    assert set(smaller["id"]) < set(larger["id"])


def test_draws_differ_by_seed_task_and_purpose_and_repeat_otherwise():
    rows = frame(list("ab") * 50)

    def ids(seed, *names):
        return tuple(draw.take(rows, 10, 1, seed, *names).taken["id"])

    draws = [ids(1, "t", "train"), ids(2, "t", "train"), ids(1, "u", "train"), ids(1, "t", "pool")]
    assert len(set(draws)) == 4
    assert ids(1, "t", "train") == draws[0]


def test_no_total_takes_all():
    rows = frame(list("aab"))
    assert draw.take(rows, None, 1, 1, "x").taken.equals(rows)


def test_every_row_is_as_likely_to_be_taken():
    # 200 seeds, 5 of 10 rows each: a row is taken 100 times on average, with a standard deviation
    # of 7.1; one of ten outside 60 to 140 (5.6 deviations) has a probability of under 1e-6.
    rows = frame(["a"] * 10)
    n = np.zeros(10)
    for seed in range(200):
        n[draw.take(rows, 5, 1, seed, "x").taken.index] += 1
    assert n.min() > 60
    assert n.max() < 140
