from collections import Counter

import numpy as np
import pytest

from synthgap.judge.described import Described, Label
from synthgap.judge.pairs import DEFINITION, Pair, both_orders, one_order, question, read_choice

TASKS = ["news", "moods", "jokes", "spam"]


def rng(seed=1):
    return np.random.default_rng(seed)


def test_a_language_model_sees_every_pair_once_in_each_order():
    assert sorted(both_orders(TASKS)) == sorted((a, b) for a in TASKS for b in TASKS if a != b)


def test_people_see_every_pair_once_in_an_order_that_is_drawn():
    pairs = one_order(TASKS, rng())
    assert sorted(tuple(sorted(pair)) for pair in pairs) == sorted(
        (a, b) for a in TASKS for b in TASKS if a < b
    )
    first = Counter(
        pair[0] == "news" for s in range(40) for pair in one_order(TASKS, rng(s)) if "news" in pair
    )
    # 120 pairs with news, first in about half: standard deviation 5.5.
    assert 40 < first[True] < 80


def test_a_question_describes_both_tasks_in_their_order_and_says_what_objective_means():
    described = {
        task: Described(task, [Label(f"label of {task}", "a meaning", [])]) for task in TASKS
    }
    asked = question(1, Pair("moods", "news"), described).text
    assert asked.index('Task A\nLabel "label of moods"') < asked.index(
        'Task B\nLabel "label of news"'
    )
    assert DEFINITION in asked
    assert "jokes" not in asked


@pytest.mark.parametrize(
    ("reply", "choice"),
    [
        ("A", "news"),
        (" b\n", "moods"),
        ("Task B.", "moods"),
        ("**Answer: A**", "news"),
        ("(B)", "moods"),
        ("Both are close.\n\nAnswer: task A", "news"),
        ("", None),
        ("A or B", None),
        ("C", None),
        ("A\nbut then again", None),
        ("Task A is about weather", None),
        ("As both are", None),
    ],
)
def test_choices_are_read_where_they_are_clear(reply, choice):
    assert read_choice(reply, Pair("news", "moods")) == choice
