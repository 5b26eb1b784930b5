import pandas as pd

from synthgap.floor import tables
from synthgap.measure.diversity import pairs
from synthgap.tell.page import neighbours


def test_the_schema_is_that_of_the_stage_that_writes_them():
    assert neighbours.PAIRS.columns.equals(pairs.PAIRS.columns)
    assert neighbours.PAIRS.may_be_empty == pairs.PAIRS.may_be_empty


def test_the_first_pairs_of_each_source_and_kind_are_shown(tmp_path):
    rows = [
        (source, kind, rank, 1, 0.5, "s", "sun", f"{kind} {rank}", "r", "rain", "\u202ereal")
        for source in ("zero_shot", "gone")
        for kind in ("nearest", "uncovered")
        for rank in (4, 3, 2, 1)
    ]
    frame = pd.DataFrame(rows, columns=pairs.PAIRS.names, dtype=object)
    tables.write_numbers(frame, tmp_path / "n.parquet", pairs.PAIRS)
    found = neighbours.read(tmp_path / "n.parquet", ["real", "zero_shot"])
    assert [pair.synthetic for pair in found] == [
        *(f"nearest {rank}" for rank in (1, 2, 3)),
        *(f"uncovered {rank}" for rank in (1, 2, 3)),
    ]
    assert {pair.real for pair in found} == {"⟨U+202E⟩real"}
