from itertools import combinations

import pandas as pd
import pytest

from synthgap.floor import params, tables
from synthgap.measure.ranking.card import RankingCard
from synthgap.measure.ranking.judgments import COLUMNS
from synthgap.measure.ranking.settings import Settings
from synthgap.measure.ranking.task_ranks import rank_tasks

SETTINGS = Settings(penalty=0.05, llm_judges=["robot"], resamples=200, seed=1)


def judged(judge, *order):
    """Return all pairs as a judge decides them who has the tasks in this order, objective first."""
    rows = [(judge, b, a, a) for a, b in combinations(order, 2)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def ranked(*tables, tasks=("w", "x", "y", "z")):
    return rank_tasks(pd.concat(tables, ignore_index=True), list(tasks), SETTINGS)


def test_the_most_objective_task_has_rank_1_and_the_highest_strength():
    card = ranked(judged("ann", "z", "x", "y", "w"), judged("bob", "z", "x", "y", "w"))
    assert {task: line.rank for task, line in card.tasks.items()} == {
        "z": 1,
        "x": 2,
        "y": 3,
        "w": 4,
    }
    by_strength = sorted(card.tasks, key=lambda task: card.tasks[task].objectivity)
    assert by_strength == ["w", "y", "x", "z"]
    assert sum(line.objectivity for line in card.tasks.values()) == pytest.approx(0, abs=1e-9)


def test_numbers_of_judges_by_hand():
    # ann and bob: w x y z; cat: w x z y. The ranking has y before z, which 17 of 18 judgments
    # follow. Of pairs of judges, 3 a pair of tasks: all 15 agree on five pairs, 1 of 3 on y and z.
    # Leaving out ann or bob splits the others over y and z: 5 of 6 predicted; leaving out cat
    # predicts 5 of hers: 15 of 18.
    card = ranked(
        judged("ann", "w", "x", "y", "z"),
        judged("bob", "w", "x", "y", "z"),
        judged("cat", "w", "x", "z", "y"),
    )
    assert (card.n_judges, card.n_judgments) == (3, 18)
    assert (card.predicted_share.value, card.predicted_share.n) == (pytest.approx(17 / 18), 18)
    assert card.heldout_share.value == pytest.approx(15 / 18)
    assert card.agreement_share == (pytest.approx(16 / 18), 18)
    assert card.judges["ann"].predicted_share == 1
    assert card.judges["cat"].predicted_share == pytest.approx(5 / 6)
    # The helper shows the chosen task second, and each pair once.
    ann = card.judges["ann"]
    assert (ann.first_share, ann.n_both_orders, ann.n_turned) == (0, 0, 0)
    assert card.absent is None


def test_intervals_are_over_judges():
    # All agree about w; over y and z two judges are split, so that some resamples of the judges
    # have one of them first, some the other, and some neither.
    card = ranked(judged("ann", "w", "x", "y", "z"), judged("bob", "w", "x", "z", "y"))
    w, y = card.tasks["w"], card.tasks["y"]
    assert (w.rank_low, w.rank, w.rank_high) == (1, 1, 1)
    assert (y.rank_low, y.rank, y.rank_high) == (3, 3.5, 4)
    assert y.objectivity_low < y.objectivity < y.objectivity_high
    assert card.predicted_share == (10 / 12, 10 / 12, 10 / 12, 12)


def test_one_judge_has_a_ranking_without_intervals_and_the_card_says_why():
    card = ranked(judged("ann", "w", "x", "y", "z")).model_dump(exclude_none=True)
    assert card["tasks"]["w"].keys() == {"rank", "objectivity"}
    assert set(card["absent"].values()) == {"there is one judge, expected at least 2"}
    assert set(card["absent"]).isdisjoint(card)


def test_judges_who_share_no_pair_have_no_agreement():
    one = judged("ann", "w", "x")
    card = ranked(one, judged("bob", "x", "y"), tasks=("w", "x", "y"))
    assert card.agreement_share is None
    reason = "no two judges decided the same pair of tasks"
    assert card.absent == {"agreement_share": reason}


def test_judgments_of_tasks_outside_the_plan_have_no_part_in_the_ranking():
    few = [judged("ann", "w", "x", "y"), judged("bob", "x", "w", "y")]
    more = [judged("ann", "w", "v", "x", "y"), judged("bob", "x", "y", "v", "w")]
    without, with_others = ranked(*few, tasks=("w", "x")), ranked(*more, tasks=("w", "x"))
    assert with_others.tasks == without.tasks
    assert (without.left_out_judgments, with_others.left_out_judgments) == (4, 10)


def test_tasks_that_cannot_be_ranked_are_named_with_the_reason():
    card = ranked(
        judged("ann", "w", "x", "y"), judged("ann", "u", "v"), tasks=("u", "v", "w", "x", "y", "z")
    )
    assert list(card.tasks) == ["w", "x", "y"]
    assert card.unranked == {
        "u": "no judgments connect it with the ranked tasks",
        "v": "no judgments connect it with the ranked tasks",
        "z": "no judgment compares it with another task of the plan",
    }
    assert card.left_out_judgments == 1


@pytest.mark.parametrize("tasks", [("u", "v"), ("u",)], ids=["two tasks", "one task"])
def test_a_plan_without_judgments_has_no_ranking(tasks):
    card = ranked(judged("ann", "w", "x"), tasks=tasks).model_dump(exclude_none=True)
    reason = "no judgment compares it with another task of the plan"
    assert card == {
        "judgments": "none",
        "left_out_judgments": 1,
        "penalty": 0.05,
        "tasks": {},
        "unranked": dict.fromkeys(tasks, reason),
    }


@pytest.mark.parametrize(
    ("judges", "expected"),
    [(["ann", "bob"], "human"), (["robot"], "llm"), (["ann", "robot"], "human and llm")],
    ids=["people", "language model", "both"],
)
def test_it_is_said_who_the_judges_are(judges, expected):
    card = ranked(*(judged(judge, "w", "x", "y") for judge in judges))
    assert card.judgments == expected
    assert card.judges[judges[-1]].kind == ("llm" if judges[-1] == "robot" else "human")


def test_a_judge_who_goes_round_in_circles_is_found():
    rows = [("ann", "w", "x", "w"), ("ann", "x", "y", "x"), ("ann", "y", "w", "y")]
    card = ranked(pd.DataFrame(rows, columns=list(COLUMNS)), judged("bob", "w", "x"), tasks="wxy")
    ann, bob = card.judges["ann"], card.judges["bob"]
    assert (ann.circular_triads, ann.triads, ann.consistency_score) == (1, 1, 0)
    assert (bob.circular_triads, bob.triads, bob.consistency_score) == (0, 0, None)


def test_the_card_is_read_as_it_was_written(tmp_path):
    card = ranked(judged("ann", "w", "x", "y"), judged("bob", "w", "y", "x"))
    path = tmp_path / "ranks.json"
    tables.write_metrics(card.model_dump(exclude_none=True), path)
    assert params.check(tables.read_metrics(path), RankingCard, str(path)) == card
