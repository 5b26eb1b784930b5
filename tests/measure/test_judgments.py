from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from synthgap.floor.errors import InputError
from synthgap.measure.ranking import judgments as judging

ANN, BOB = Path("ann.csv"), Path("bob.csv")


def table(*rows):
    return pd.DataFrame(rows, columns=list(judging.COLUMNS), dtype=object)


def tournament(*wins, n=3):
    """Return the wins of one judge: pairs of places, the first is more objective."""
    matrix = np.zeros((n, n))
    for first, second in wins:
        matrix[first, second] += 1
    return matrix


def test_judgments_of_all_tables_are_gathered():
    found = judging.gather({ANN: table(("ann", "x", "y", "x")), BOB: table(("bob", "x", "y", "y"))})
    assert found["judge"].tolist() == ["ann", "bob"]


def test_no_tables_have_no_judgments():
    found = judging.gather({})
    assert (len(found), tuple(found.columns)) == (0, judging.COLUMNS)


def test_a_judge_may_see_a_pair_in_both_orders():
    found = judging.gather({ANN: table(("ann", "x", "y", "x"), ("ann", "y", "x", "y"))})
    tally = judging.count_judgments(found, ["x", "y"])
    assert tally.wins.tolist() == [[[0, 1], [1, 0]]]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((" ", "x", "y", "x"), "no judge, expected a name"),
        (("ann", "x", "x", "x"), "'x' is compared with itself, expected two tasks"),
        (("ann", "x", "y", "z"), "more_objective is 'z', expected 'x' or 'y'"),
        (("ann", "x", "y", ""), "more_objective is '', expected 'x' or 'y'"),
        (("bob", "x", "y", "x"), "bob, x, y stands in bob.csv, judgment 1 already, expected once"),
    ],
    ids=["no judge", "one task", "third task", "no answer", "twice"],
)
def test_a_judgment_that_is_none_is_refused(row, message):
    tables = {BOB: table(("bob", "x", "y", "x")), ANN: table(("ann", "x", "w", "x"), row)}
    with pytest.raises(InputError) as error:
        judging.gather(tables)
    assert str(error.value) == f"ann.csv, judgment 2: {message}"


def test_judgments_are_counted_by_judge_and_only_between_the_tasks_asked_for():
    found = table(
        ("bob", "x", "y", "y"),
        ("ann", "y", "x", "x"),
        ("cat", "x", "z", "x"),
        ("ann", "x", "z", "z"),
    )
    tally = judging.count_judgments(found, ["x", "y"])
    assert tally.judges == ["ann", "bob"]
    assert tally.wins.tolist() == [[[0, 1], [0, 0]], [[0, 0], [1, 0]]]


def test_taking_fewer_tasks_leaves_out_judges_who_did_not_judge_them():
    found = table(("ann", "x", "y", "x"), ("bob", "y", "z", "z"))
    tally = judging.count_judgments(found, ["x", "y", "z"]).take(["z", "y"])
    assert (tally.tasks, tally.judges) == (["z", "y"], ["bob"])
    assert tally.wins.tolist() == [[[0, 1], [0, 0]]]


def test_the_largest_group_is_what_chains_of_judged_pairs_connect():
    # 0 and 3; 1, 2 and 5 through 2; 4 with nothing.
    wins = tournament((0, 3), (1, 2), (5, 2), n=6)
    assert judging.largest_group(wins) == [1, 2, 5]


def test_of_equally_large_groups_it_is_that_of_the_first_task():
    assert judging.largest_group(tournament((2, 3), (1, 0), n=4)) == [0, 1]


def test_circular_triads_by_hand():
    # 0 over 1 over 2 over 0 is a circle; with 0 over 2 it is none.
    assert judging.circular_triads(tournament((0, 1), (1, 2), (2, 0))) == (1, 1)
    assert judging.circular_triads(tournament((0, 1), (1, 2), (0, 2))) == (0, 1)


def test_a_pair_once_this_way_and_once_that_way_is_not_decided():
    wins = tournament((0, 1), (1, 0), (1, 2), (2, 0))
    assert judging.circular_triads(wins) == (0, 0)


@pytest.mark.parametrize("seed", range(4))
def test_circular_triads_are_those_of_kendalls_formula(seed):
    # Of a complete tournament: n (n - 1) (2n - 1) / 12 - sum of squared wins / 2.
    rng, n = np.random.default_rng(seed), 7
    wins = np.triu(rng.integers(0, 2, (n, n)), 1).astype(float)
    wins += np.tril(1 - wins.T, -1)
    expected = n * (n - 1) * (2 * n - 1) / 12 - (wins.sum(axis=1) ** 2).sum() / 2
    assert judging.circular_triads(wins) == (expected, 35)


def test_consistency_by_hand():
    # Of three tasks there is at most one circle. Of four there are at most (64 - 16) / 24 = 2:
    # 0 over 1 over 2 over 0, and 3 under all: one of them. Of five at most (125 - 5) / 24 = 5, as
    # where each is over the next two.
    assert judging.consistency_score(tournament((0, 1), (1, 2), (0, 2))) == 1
    assert judging.consistency_score(tournament((0, 1), (1, 2), (2, 0))) == 0
    one_of_two = tournament((0, 1), (1, 2), (2, 0), (0, 3), (1, 3), (2, 3), n=4)
    assert judging.consistency_score(one_of_two) == 1 / 2
    round_table = [(i, (i + step) % 5) for i in range(5) for step in (1, 2)]
    assert judging.consistency_score(tournament(*round_table, n=5)) == 0


def test_consistency_of_an_incomplete_judge_is_refused():
    with pytest.raises(ValueError, match="decided 0 triads of 3 tasks, expected all"):
        judging.consistency_score(tournament((0, 1), (1, 2)))


def test_agreeing_pairs_by_hand():
    # Tasks 0 and 1: three judges say 0, one says 1: 3 of 6 pairs of judges agree. 1 and 2: two say
    # 1, the others nothing: 1 of 1.
    said = [[(0, 1), (1, 2)], [(0, 1), (1, 2)], [(0, 1)], [(1, 0)]]
    wins = np.stack([tournament(*pairs) for pairs in said])
    assert judging.agreeing_pairs(wins) == (4, 7)
