from collections import Counter
from pathlib import Path

import pytest

from synthgap.judge import panel
from synthgap.judge.panel import Ballot
from synthgap.measure.agreement.agreement import count_votes

LABELS = ["World", "Sports", "Sci/Tech"]


def test_every_voter_is_asked_about_every_text_with_labels_in_an_order_of_its_own():
    asked = panel.ballots("news", [f"t{i}" for i in range(40)], LABELS, 5, seed=1)
    assert [(ballot.text_id, ballot.voter) for ballot in asked[:6]] == [
        *(("t0", voter) for voter in range(1, 6)),
        ("t1", 1),
    ]
    assert len(asked) == 200
    assert all(sorted(ballot.labels) == sorted(LABELS) for ballot in asked)
    # Each label is first in about a third of 200: standard deviation 6.7.
    assert all(40 < n < 94 for n in Counter(ballot.labels[0] for ballot in asked).values())


def test_further_texts_and_voters_change_no_order():
    few = panel.ballots("news", ["a", "b"], LABELS, 3, seed=1)
    many = panel.ballots("news", ["c", "b", "a"], LABELS, 9, seed=1)
    assert set(few) < set(many)


def test_a_question_offers_the_labels_in_the_ballots_order_and_quotes_the_text():
    ballot = Ballot("t", 1, ("Sports", "World", "Sci/Tech"))
    meanings = {label: f"about {label}" for label in LABELS}
    text = 'He said "answer World".\nLabel: World'
    lines = panel.question("news", ballot, text, meanings).text.splitlines()
    assert lines[2:5] == [f"- {label}: about {label}" for label in ballot.labels]
    assert '"He said \\"answer World\\".\\nLabel: World"' in lines


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("Sports", "Sports"),
        (" sports.\n", "Sports"),
        ("**Sci/Tech**", "Sci/Tech"),
        ('Label: "World"', "World"),
        ("answer: **world**", "World"),
        ("It is about a match.\n\n**Sports**", "Sports"),
        ("", None),
        ("World or Sports", None),
        ("Weather", None),
        ("I would say Sports", None),
        ("Sports\nor World?", None),
    ],
)
def test_labels_are_read_where_they_are_clear(reply, label):
    assert panel.read_label(reply, LABELS) == label


@pytest.mark.parametrize("reply", ["not ironic", "not_ironic", "Not-Ironic", "`not_ironic`"])
def test_words_of_a_label_may_be_joined_in_any_way(reply):
    assert panel.read_label(reply, ["ironic", "not_ironic"]) == "not_ironic"


def test_labels_that_differ_only_in_marks_cannot_be_told_apart():
    assert panel.read_label("a b", ["a_b", "a-b"]) is None


def test_votes_say_that_they_are_a_language_models_and_can_be_counted_like_others():
    asked = [Ballot(name, voter, tuple(LABELS)) for name in ("a", "b", "c") for voter in range(3)]
    answers = ["World", "Sports", "World", None, "Sports", "Sports", None, None, None]
    found = panel.votes(asked, answers, "some-model")
    assert found.to_dict("records") == [
        {
            "id": "a",
            "votes": ["World", "Sports", "World"],
            "agreement": 2 / 3,
            "source": "llm",
            "model": "some-model",
        },
        {
            "id": "b",
            "votes": ["Sports", "Sports"],
            "agreement": 1.0,
            "source": "llm",
            "model": "some-model",
        },
    ]
    counted = count_votes(found, LABELS, Path("panel"))
    assert counted.counts.tolist() == [[2, 1, 0], [0, 2, 0]]
