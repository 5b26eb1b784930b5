import pandas as pd
import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.tell.page import samples


def write(folder, kept, dropped=()):
    """Write texts of (label, text), and dropped ones of (reason, text)."""
    train, lost = folder / "train.jsonl", folder / "dropped.jsonl"
    rows = [{"id": f"k-{i}", "text": text, "label": label} for i, (label, text) in enumerate(kept)]
    tables.write_texts(pd.DataFrame(rows, dtype=object), train, tables.TEXTS)
    rows = [
        {"id": f"d-{i}", "text": text, "label": "sun", "reason": reason}
        for i, (reason, text) in enumerate(dropped)
    ]
    frame = pd.DataFrame(rows, columns=tables.DROPPED.names, dtype=object)
    tables.write_texts(frame, lost, tables.DROPPED)
    return train, lost


def test_five_texts_of_each_label_are_shown_evenly_spread_over_the_table(tmp_path):
    kept = [("sun", f"s{i}") for i in range(10)] + [("rain", "r0"), ("rain", "r1")]
    found = samples.read("real", *write(tmp_path, kept))
    assert [sample.text for sample in found.kept] == ["r0", "r1", "s0", "s2", "s4", "s6", "s8"]
    assert found.n_kept == 12
    assert (found.reasons, found.dropped) == ([], [])


def test_dropped_texts_of_different_reasons_are_shown_with_how_many_there_were(tmp_path):
    # Five places for two reasons: three for the more frequent one, two for the other.
    lost = [("repeat", f"again {i}") for i in range(6)] + [("empty", "e"), ("in_test", "t")]
    found = samples.read("real", *write(tmp_path, [("sun", "s")], lost[:7]))
    assert found.reasons == [("repeat", 6), ("empty", 1)]
    assert [(one.reason, one.text) for one in found.dropped] == [
        ("repeat", "again 0"),
        ("repeat", "again 2"),
        ("repeat", "again 4"),
        ("empty", "e"),
    ]
    found = samples.read("real", *write(tmp_path, [("sun", "s")], lost))
    assert {one.reason for one in found.dropped} == {"repeat", "empty", "in_test"}
    assert len(found.dropped) <= samples.DROPPED


def test_a_long_text_is_cut_and_its_whole_length_is_known(tmp_path):
    (one,) = samples.read("real", *write(tmp_path, [("sun", "\u202e" + "w" * 10_000)])).kept
    assert one.is_cut
    assert one.length == 10_001
    assert one.text.startswith("⟨U+202E⟩www")
    assert len(one.text) < 320


def test_a_missing_table_is_named(tmp_path):
    train, lost = write(tmp_path, [("sun", "s")])
    lost.unlink()
    with pytest.raises(InputError, match=r"dropped\.jsonl: cannot be read"):
        samples.read("real", train, lost)
