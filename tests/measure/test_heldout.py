from pathlib import Path

import pandas as pd
import pytest

from synthgap.floor.errors import InputError
from synthgap.measure.scoring.heldout import confusion, hold_out, line_up

PATH = Path("x.parquet")
TEST = pd.DataFrame(
    {
        "id": ["b", "a", "c"],
        "text": ["Rain all day", "Bright sun", "More rain"],
        "label": ["rain", "sun", "rain"],
    }
)
LABELS = ["sun", "rain"]


def held_out(training=(), test=TEST):
    return hold_out(test, training, LABELS, Path("test.jsonl"))


def predictions(**changed):
    """Two seeds' predictions of TEST, in another order than its, and of a voted text."""
    columns = {
        "id": ["c", "a", "b", "v"] * 2,
        "split": ["test", "test", "test", "voted"] * 2,
        "seed": [1] * 4 + [2] * 4,
        "label": ["rain", "sun", "rain", "sun"] * 2,
        "predicted": ["sun", "sun", "rain", "rain", "rain", "rain", "rain", "sun"],
    }
    return pd.DataFrame(columns | changed)


def test_predictions_are_lined_up_with_the_test_texts_by_id():
    held = held_out()
    # By id: a is sun, b rain, c rain. Seed 1 says sun, rain, sun; seed 2 rain, rain, rain.
    assert held.truth.tolist() == [0, 1, 1]
    assert line_up(predictions(), held, [1, 2], PATH).tolist() == [[0, 1, 0], [1, 1, 1]]


def test_seeds_come_in_the_order_of_the_plan():
    assert line_up(predictions(), held_out(), [2, 1], PATH).tolist() == [[1, 1, 1], [0, 1, 0]]


@pytest.mark.parametrize("order", [[2, 0, 1], [1, 2, 0]])
def test_the_order_of_rows_in_either_table_changes_nothing(order):
    held = held_out(test=TEST.iloc[order])
    shuffled = predictions().sample(frac=1, random_state=order[0])
    assert held.truth.tolist() == held_out().truth.tolist()
    assert line_up(shuffled, held, [1, 2], PATH).tolist() == [[0, 1, 0], [1, 1, 1]]


def test_a_text_that_stands_in_a_training_table_is_not_scored_even_if_written_otherwise():
    held = held_out(["  ＲＡＩＮ all\n day", "something else"])
    assert held.left_out_rows == 1
    assert held.truth.tolist() == [0, 1]
    assert line_up(predictions(), held, [1, 2], PATH).tolist() == [[0, 0], [1, 1]]


def test_a_test_set_that_was_all_trained_on_is_refused():
    with pytest.raises(InputError, match=r"test\.jsonl: all 3 texts stand in a training table"):
        held_out(TEST["text"])


def test_confusion_has_a_row_for_each_pair_in_the_order_of_the_labels():
    held = held_out(["Rain all day"])
    pairs = list(confusion(line_up(predictions(), held, [1, 2], PATH), held))
    # Two seeds and two scored texts, one of each label.
    assert pairs == [("sun", "sun", 1), ("sun", "rain", 1), ("rain", "sun", 1), ("rain", "rain", 1)]
    assert list(confusion(held.truth[None], held))[1] == ("sun", "rain", 0)


@pytest.mark.parametrize(
    ("table", "seeds", "message"),
    [
        (predictions(), [1, 3], r"seeds \[1, 2\], expected \[1, 3\]"),
        (predictions(), [1], r"seeds \[1, 2\], expected \[1\]"),
        (predictions()[lambda rows: rows["split"] == "voted"], [1], r"seeds \[\], expected \[1\]"),
        (predictions().drop(index=5), [1, 2], "seed 2: no prediction of the test text 'a'"),
        (predictions(id=["c", "a", "b", "v", "c", "x", "b", "v"]), [1, 2], "test text 'a'"),
        (predictions(split=["test"] * 8), [1, 2], "seed 1: predicts 'v', expected texts of the"),
        (
            predictions(label=["rain", "rain", "rain", "sun"] * 2),
            [1, 2],
            "seed 1: the test text 'a' has the label 'rain', expected 'sun'",
        ),
        (predictions(predicted=["fog"] * 8), [1, 2], r"prediction 'fog', expected one of \['sun',"),
        (predictions(split=["tset"] * 8), [1, 2], r"split 'tset', expected one of \['test', 'vot"),
    ],
    ids=["other", "more", "none", "lacks", "renamed", "strange", "truth", "label", "split"],
)
def test_predictions_that_do_not_fit_the_plan_and_the_test_table_are_refused(table, seeds, message):
    with pytest.raises(InputError, match=f"x.parquet: .*{message}"):
        line_up(table, held_out(), seeds, PATH)
