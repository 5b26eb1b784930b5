import unicodedata

import numpy as np
import pandas as pd
import pytest

from synthgap.fetch import rows
from synthgap.floor.errors import InputError
from synthgap.floor.texts import fold

NAMES = {"0": "day", "1": "night"}


def read(texts, labels, carried=None, **options):
    return rows.read("train", rows.Matter(texts, labels, carried), NAMES, **options)


def reasons(halves):
    return dict(zip(halves.dropped["id"], halves.dropped["reason"], strict=True))


def test_rows_are_numbered_from_0_stripped_and_labelled_by_the_task():
    kept, dropped = read([" Sun\n", "moon"], [0, 1])
    assert kept[["id", "text", "label"]].to_numpy().tolist() == [
        ["train-0", "Sun", "day"],
        ["train-1", "moon", "night"],
    ]
    assert dropped.empty


def test_a_list_of_words_is_joined_by_spaces():
    kept, _ = read([["The", "sun", None, "."]], ["0"])
    assert list(kept["text"]) == ["The sun ."]


def test_a_list_of_labels_counts_only_with_exactly_one():
    halves = read(["a", "b", "c"], [["0"], ["0", "1"], []])
    assert list(halves.kept["label"]) == ["day"]
    assert reasons(halves) == {"train-1": "several_labels", "train-2": "no_label"}
    assert list(halves.dropped["label"]) == ["0, 1", ""]


def test_every_row_that_cannot_be_used_is_dropped_with_its_reason():
    texts = ["sun", None, " \t\u00a0", "moon", "moon", "a\0b", "caf\udce9"]
    halves = read(texts, ["0", "0", "1", None, "2", "0", "1"])
    assert reasons(halves) == {
        "train-1": "empty",
        "train-2": "empty",
        "train-3": "no_label",
        "train-4": "other_label",
        "train-5": "bad_characters",
        "train-6": "bad_characters",
    }
    assert list(halves.dropped["label"]) == ["0", "1", "", "2", "0", "1"]


def test_characters_that_no_table_can_hold_are_replaced_in_dropped_rows():
    _, dropped = read(["a\0b", "sun"], ["0", "x\ud800"])
    assert list(dropped["text"]) == ["a\ufffdb", "sun"]
    assert list(dropped["label"]) == ["0", "x\ufffd"]


def test_a_boolean_is_named_as_python_writes_it():
    matter = rows.Matter(["a", "b"], [True, False])
    kept, _ = rows.read("train", matter, {"True": "day", "False": "night"})
    assert list(kept["label"]) == ["day", "night"]


@pytest.mark.parametrize("text", [7, [1, 2]], ids=["number", "list-of-numbers"])
def test_a_text_that_is_no_text_is_refused(text):
    with pytest.raises(InputError, match=r"row train-1: the text is .*, expected a string or"):
        read(["sun", text], ["0", "0"])


def test_what_a_row_carries_and_where_it_stood_stay_with_it():
    kept, dropped = read(["a", "b", "c"], ["0", "9", "1"], [["x"], ["y"], ["z"]], first=10)
    assert list(kept["carried"]) == [["x"], ["z"]]
    assert list(kept.index) == [10, 12]
    assert list(dropped.index) == [11]


def test_texts_are_the_same_whatever_their_case_white_space_and_unicode_form():
    composed = "Caf\u00e9 ﬁve"
    spread = unicodedata.normalize("NFD", "CAF\u00c9") + " \n\u2003fi" + "ve"
    assert fold(composed) == fold(spread) == "caf\u00e9 five"
    assert fold("a b") != fold("ab")


def test_the_first_copy_stays_and_a_text_under_two_labels_goes_altogether():
    texts = ["Sun", "moon", "sun ", "dusk", "SUN", "Dusk", "dusk"]
    kept, _ = read(texts, ["0", "1", "0", "0", "0", "1", "0"])
    halves = rows.without_repeats(kept)
    assert list(halves.kept["id"]) == ["train-0", "train-1"]
    assert reasons(halves) == {
        "train-2": "repeat",
        "train-4": "repeat",
        "train-3": "two_labels",
        "train-5": "two_labels",
        "train-6": "two_labels",
    }


@pytest.mark.parametrize("seed", range(10))
def test_removal_of_repeats_agrees_with_a_plain_loop_and_loses_no_row(seed):
    rng = np.random.default_rng(seed)
    texts = [f"t{i}" for i in rng.integers(0, 30, 60)]
    kept, _ = read(texts, [str(i) for i in rng.integers(0, 10, 60) // 9])
    halves = rows.without_repeats(kept)
    labels: dict[str, set[str]] = {}
    for key, label in zip(kept["key"], kept["label"], strict=True):
        labels.setdefault(key, set()).add(label)
    seen, expected = set(), []
    for id_, key in zip(kept["id"], kept["key"], strict=True):
        if len(labels[key]) == 1 and key not in seen:
            expected.append(id_)
        seen.add(key)
    assert list(halves.kept["id"]) == expected
    assert sorted([*halves.kept["id"], *halves.dropped["id"]]) == sorted(kept["id"])


def test_texts_that_stand_elsewhere_are_dropped_with_the_reason_given():
    kept, _ = read(["Sun", "moon"], ["0", "1"])
    halves = rows.without_texts(kept, {"sun"}, "in_test")
    assert list(halves.kept["id"]) == ["train-1"]
    assert reasons(halves) == {"train-0": "in_test"}
    assert list(halves.dropped.columns) == rows.DROPPED


def test_no_rows_give_no_rows():
    halves = rows.without_repeats(read([], []).kept)
    assert isinstance(halves.kept, pd.DataFrame)
    assert halves.kept.empty
    assert halves.dropped.empty
