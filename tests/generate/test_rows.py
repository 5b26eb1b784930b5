import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.generate import rows
from synthgap.generate.sieve import Sieve
from tests.generate.made import Listed, brief, candidates, settings

SUN = candidates(["Hot sand.", "hot  SAND.", "A warm evening.", "", "Light on the water."])
RAIN = candidates(["Wet socks.", "The gutter sings.", "Puddles everywhere."], "rain")


def collected(*rounds, **changes):
    sieve = Sieve(brief(), settings(**changes))
    backend = Listed(*rounds)
    return rows.collect(backend, sieve), sieve, backend


def test_exactly_per_label_rows_are_kept_in_the_order_in_which_they_came():
    found, _, _ = collected([RAIN[0], *SUN, *RAIN[1:]])
    assert [row.id for row in found.kept] == ["rain-1", "sun-1", "sun-3", "rain-2"]


def test_kept_and_dropped_ids_add_up_to_those_that_came():
    found, _, _ = collected([*SUN, *RAIN])
    dropped = [(row.id, reason) for row, reason in found.dropped]
    assert dropped == [
        ("sun-2", "repeat"),
        ("sun-4", "empty"),
        ("sun-5", "surplus"),
        ("rain-3", "surplus"),
    ]
    ids = [row.id for row in found.kept] + [name for name, _ in dropped]
    assert sorted(ids) == sorted(row.id for row in SUN + RAIN)


def test_a_backend_is_asked_again_for_what_is_missing_and_no_more():
    _, _, backend = collected([*SUN[:2], *RAIN], [SUN[2]])
    assert backend.wanted == [{"sun": 2, "rain": 2}, {"sun": 1}]


def test_fewer_rows_are_the_first_of_more_rows():
    few, _, _ = collected([*SUN, *RAIN], per_label=2)
    many, _, _ = collected([*SUN, *RAIN], per_label=3)
    for label in ("sun", "rain"):
        first = [row.id for row in few.kept if row.label == label]
        assert first == [row.id for row in many.kept if row.label == label][:2]


def test_a_shortfall_names_the_labels_and_the_reasons():
    with pytest.raises(InputError) as caught:
        collected([*SUN, *RAIN], per_label=4)
    assert str(caught.value) == (
        "a list: too few usable texts, expected generate.per_label=4 of each label: "
        "sun has 3 (dropped: empty 1, such as sun-4; repeat 1, such as sun-2), "
        "rain has 3 (dropped: none)"
    )


def test_a_shortfall_leaves_out_labels_that_have_enough():
    with pytest.raises(InputError, match=r"label: rain has 2 \(dropped: none\)$"):
        collected([*SUN, *RAIN[:2]], per_label=3)


def test_the_tables_have_their_columns(tmp_path):
    found, _, _ = collected([*SUN, *RAIN])
    texts = rows.table(found.kept, tables.TEXTS)
    assert list(texts.iloc[0]) == ["sun-1", "Hot sand.", "sun"]
    provenance = rows.table(found.kept, tables.PROVENANCE)
    assert list(provenance.iloc[0]) == ["sun-1", "m", "0" * 64, 1, 0, []]
    dropped = rows.dropped_table(found.dropped)
    assert list(dropped.iloc[0]) == ["sun-2", "hot  SAND.", "sun", "repeat"]
    for frame, schema in (
        (texts, tables.TEXTS),
        (provenance, tables.PROVENANCE),
        (dropped, tables.DROPPED),
        (rows.dropped_table([]), tables.DROPPED),
    ):
        tables.write_texts(frame, tmp_path / "table.jsonl", schema)
        assert tables.read_texts(tmp_path / "table.jsonl", schema).equals(frame)


def test_counts_by_hand():
    # Kept: "Hot sand." 2 words, "A warm evening." 3, "Wet socks." 2, "The gutter sings." 3.
    found, sieve, _ = collected([*SUN, *RAIN])
    assert rows.counts(found, sieve) == {
        "attempts": 8,
        "kept": {"sun": 2, "rain": 2},
        "dropped": dict.fromkeys(sieve.reasons, 0) | {"repeat": 1, "empty": 1, "surplus": 2},
        "mean_words": 2.5,
    }
