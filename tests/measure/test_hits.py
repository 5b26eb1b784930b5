from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from synthgap.floor.errors import InputError
from synthgap.measure.agreement.agreement import Votes
from synthgap.measure.agreement.hits import count_hits, labels_of_voted, score

PATH = Path("cell.parquet")
TEST, VOTED = Path("test.jsonl"), Path("voted.jsonl")


def texts(**labels):
    return pd.DataFrame({"id": list(labels), "label": list(labels.values())}, dtype=object)


def predictions(*rows):
    columns = ["id", "seed", "label", "predicted"]
    return pd.DataFrame(rows, columns=columns)


def voted(*ids):
    return Votes(list(ids), np.ones((len(ids), 1), dtype=np.int64), np.linspace(0.5, 1, len(ids)))


def test_texts_of_both_tables_count_in_the_order_of_the_votes():
    humans = {TEST: texts(c="sun", a="rain"), VOTED: texts(b="sun")}
    labels = labels_of_voted(voted("a", "b", "c", "d"), humans)
    assert list(labels.items()) == [("a", "rain"), ("b", "sun"), ("c", "sun")]


def test_a_text_in_both_tables_is_refused():
    with pytest.raises(InputError) as error:
        labels_of_voted(voted("a"), {TEST: texts(a="sun"), VOTED: texts(a="sun")})
    assert str(error.value) == "voted.jsonl: id 'a' stands in test.jsonl too, expected in one"


def test_hits_are_counted_over_seeds():
    # a: right in both seeds, b in one, c in none; d has no votes.
    table = predictions(
        ("d", 1, "sun", "sun"),
        ("c", 1, "sun", "rain"),
        ("b", 1, "sun", "sun"),
        ("a", 1, "rain", "rain"),
        ("d", 2, "sun", "sun"),
        ("a", 2, "rain", "rain"),
        ("b", 2, "sun", "rain"),
        ("c", 2, "sun", "rain"),
    )
    labels = {"a": "rain", "b": "sun", "c": "sun"}
    assert count_hits(table, labels, [2, 1], PATH).tolist() == [2, 1, 0]


def test_a_task_without_votes_has_no_hits():
    assert count_hits(predictions(("a", 1, "sun", "sun")), {}, [1], PATH).tolist() == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", 1, "sun", "sun")], "predictions of seeds [1], expected [1, 2]"),
        (
            [("a", 1, "sun", "sun"), ("b", 2, "sun", "sun")],
            "id 'a' has 1 predictions, expected 2, one a seed",
        ),
        (
            [("b", 1, "sun", "sun"), ("b", 2, "sun", "sun")],
            "id 'a' has 0 predictions, expected 2, one a seed",
        ),
        (
            [("a", 1, "rain", "rain"), ("a", 2, "sun", "sun")],
            "id 'a' has the label 'rain', expected 'sun'",
        ),
    ],
    ids=["seeds", "one missing", "all missing", "label"],
)
def test_predictions_that_do_not_fit_the_plan_or_the_texts_are_refused(rows, message):
    with pytest.raises(InputError) as error:
        count_hits(predictions(*rows), {"a": "sun"}, [1, 2], PATH)
    assert str(error.value) == f"cell.parquet: {message}"


def test_texts_that_are_not_predicted_are_not_scored():
    scored = score(voted("a", "b", "c"), {"a": "sun", "c": "sun"}, [np.array([1, 2])], [1, 2])
    assert scored.agreement.tolist() == [0.5, 1]
    assert (scored.hits.tolist(), scored.n_seeds) == ([[1, 2]], 2)
