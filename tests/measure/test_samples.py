import numpy as np
import pandas as pd
import pytest

from synthgap.floor.errors import InputError
from synthgap.measure.vectors import samples


def table(name, **counts):
    rows = [
        (f"{name}-{label}-{i:03}", f"{name} {label} number {i}", label)
        for label, count in counts.items()
        for i in range(count)
    ]
    return pd.DataFrame(rows, columns=["id", "text", "label"], dtype=object)


TABLES = {
    "real": table("real", ham=30, spam=8),
    "few_shot": table("few_shot", ham=20, spam=20),
    "held-out": table("test", ham=50, spam=9),
}
SETTINGS = samples.Settings(per_label=100, seed=1)


def test_every_sample_has_the_smallest_count_of_each_label():
    for drawn in samples.draw_equal(TABLES, SETTINGS, "sms").values():
        assert drawn["label"].value_counts().to_dict() == {"ham": 20, "spam": 8}
        assert drawn["id"].is_unique


def test_no_label_has_more_texts_than_the_setting():
    drawn = samples.draw_equal(TABLES, samples.Settings(per_label=10, seed=1), "sms")
    assert drawn["real"]["label"].value_counts().to_dict() == {"ham": 10, "spam": 8}


def test_the_same_texts_are_drawn_from_a_table_in_another_order():
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in TABLES.items()}
    again = samples.draw_equal(shuffled, SETTINGS, "sms")
    for name, drawn in samples.draw_equal(TABLES, SETTINGS, "sms").items():
        pd.testing.assert_frame_equal(again[name], drawn)


def test_a_new_source_that_is_large_enough_changes_no_other_draw():
    more = {**TABLES, "zero_shot": table("zero_shot", ham=40, spam=40)}
    again = samples.draw_equal(more, SETTINGS, "sms")
    for name, drawn in samples.draw_equal(TABLES, SETTINGS, "sms").items():
        pd.testing.assert_frame_equal(again[name], drawn)


def test_another_seed_or_task_draws_other_texts():
    first = samples.draw_equal(TABLES, SETTINGS, "sms")["real"]["id"].tolist()
    other = samples.Settings(per_label=100, seed=2)
    assert samples.draw_equal(TABLES, other, "sms")["real"]["id"].tolist() != first
    assert samples.draw_equal(TABLES, SETTINGS, "humor")["real"]["id"].tolist() != first


def test_a_label_that_a_source_lacks_is_in_no_sample():
    tables = {**TABLES, "zero_shot": table("zero_shot", ham=40)}
    for drawn in samples.draw_equal(tables, SETTINGS, "sms").values():
        assert set(drawn["label"]) == {"ham"}


def test_too_few_texts_of_every_label_are_refused():
    tables = {**TABLES, "zero_shot": table("zero_shot", ham=2, spam=3)}
    expected = r"^sms: every label has a source with at most 3 texts of it, expected 4 in all of re"
    with pytest.raises(InputError, match=expected):
        samples.draw_equal(tables, SETTINGS, "sms")


def test_a_label_of_a_sample_keeps_its_rows_together():
    frame = TABLES["real"].assign(embedding=[[float(i), 0.0] for i in range(38)])
    spam = samples.from_table(frame).of("spam")
    assert spam.ids.tolist() == [f"real-spam-{i:03}" for i in range(8)]
    assert spam.vectors[:, 0].tolist() == list(range(30, 38))
    assert spam.vectors.dtype == np.float32
