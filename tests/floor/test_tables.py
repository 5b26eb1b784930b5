import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError

ROW = {"id": "007", "text": "None", "label": "1e5"}


def texts(*rows):
    return pd.DataFrame(rows, columns=["id", "text", "label"], dtype=object)


def lines(folder, *rows):
    path = folder / "some.jsonl"
    data = b"".join(r if isinstance(r, bytes) else json.dumps(r).encode() + b"\n" for r in rows)
    path.write_bytes(data)
    return path


def test_texts_come_back_as_they_were_written(tmp_path):
    odd = ["None", "null", "  spaced ", "1e5", "line\nbreak", "\u2028", "é🙂", "‮rtl", '"quoted"']
    frame = texts(*({"id": f"0{i}", "text": text, "label": "no"} for i, text in enumerate(odd)))
    path = tmp_path / "new folder" / "odd.jsonl"
    tables.write_texts(frame, path, tables.TEXTS)
    again = tables.read_texts(path, tables.TEXTS)
    assert again.to_dict("list") == frame.to_dict("list")


def test_predictions_come_back_as_they_were_written(tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["a", "b"],
            "split": ["test", "voted"],
            "seed": [1, 1],
            "label": ["x", "y"],
            "predicted": ["y", "y"],
            "probabilities": [[0.25, 0.75], [0.125, 0.875]],
        }
    )
    path = tmp_path / "p.parquet"
    tables.write_numbers(frame, path, tables.PREDICTIONS)
    again = tables.read_numbers(path, tables.PREDICTIONS)
    assert again["probabilities"].map(list).tolist() == frame["probabilities"].tolist()
    assert again.drop(columns="probabilities").to_dict() == (
        frame.drop(columns="probabilities").to_dict()
    )


def test_nothing_is_left_half_written_when_a_row_cannot_be_written(tmp_path):
    path = tmp_path / "t.jsonl"
    tables.write_texts(texts(ROW), path, tables.TEXTS)
    before = path.read_bytes()
    with pytest.raises(InputError, match="half a surrogate"):
        tables.write_texts(texts(ROW | {"id": "1", "text": "\ud800"}), path, tables.TEXTS)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["t.jsonl"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": "1", "text": "t"}], r"line 1: columns are \['id', 'text'\], expected"),
        ([ROW, ROW | {"id": "2", "more": 1}], "line 2: columns are"),
        ([ROW, ROW], "id '007' stands twice"),
        ([ROW | {"id": 7}], "line 1: id is int, expected str"),
        ([ROW | {"text": None}], "line 1: text is NoneType, expected str"),
        ([], "no rows, expected at least one"),
        ([ROW, b"\n", b'{"id": \n'], "line 3: not valid JSON"),
        ([b"[1]\n"], "line 1: found list, expected an object"),
        ([b'{"id": "\xff"}\n'], "line 1: not UTF-8 at byte 8"),
        ([ROW | {"text": "a\0b"}], "line 1: text has a NUL"),
        ([ROW | {"text": "\ud800"}], "half a surrogate"),
        ([ROW | {"text": "x" * tables.MAX_LINE_BYTES}], "line 1: 4000042 bytes, expected at most"),
    ],
)
def test_a_bad_table_is_refused_with_its_place(tmp_path, rows, message):
    path = lines(tmp_path, *rows)
    with pytest.raises(InputError, match=message) as caught:
        tables.read_texts(path, tables.TEXTS)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read \(No such file"):
        tables.read_texts(tmp_path / "none.jsonl", tables.TEXTS)
    with pytest.raises(InputError, match=r"none\.parquet: no such file, expected a Parquet"):
        tables.read_numbers(tmp_path / "none.parquet", tables.VOTES)


def test_a_table_that_may_be_empty_comes_back_empty_with_its_columns(tmp_path):
    empty = pd.DataFrame(columns=tables.VOTES.names)
    tables.write_numbers(empty, tmp_path / "v.parquet", tables.VOTES)
    again = tables.read_numbers(tmp_path / "v.parquet", tables.VOTES)
    assert list(again.columns) == ["id", "votes", "agreement"]
    assert len(again) == 0


def test_a_parquet_table_cut_in_half_or_with_other_columns_is_refused(tmp_path):
    path = tmp_path / "v.parquet"
    pq.write_table(pa.table({"id": ["1"], "agreement": [1.0]}), path)
    with pytest.raises(InputError, match="columns are id string, agreement double, expected id"):
        tables.read_numbers(path, tables.VOTES)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        tables.read_numbers(path, tables.VOTES)


def test_metrics_have_sorted_keys_full_precision_and_no_nan(tmp_path):
    path = tmp_path / "m.json"
    tables.write_metrics({"b": 1 / 3, "a": {"n": 1}}, path)
    assert path.read_text() == '{\n  "a": {\n    "n": 1\n  },\n  "b": 0.3333333333333333\n}\n'
    assert tables.read_metrics(path) == {"a": {"n": 1}, "b": 1 / 3}
    with pytest.raises(ValueError, match="not JSON compliant"):
        tables.write_metrics({"a": float("nan")}, path)
    assert tables.read_metrics(path)["b"] == 1 / 3


@pytest.mark.parametrize("text", ["{", "[1]", ""])
def test_metrics_that_are_no_object_are_refused(tmp_path, text):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(InputError, match=r"m\.json: (not valid JSON|found list)"):
        tables.read_metrics(tmp_path / "m.json")


def test_a_label_that_the_task_lacks_is_named_with_its_row(tmp_path):
    path = tmp_path / "t.jsonl"
    frame = texts(ROW, ROW | {"id": "8", "label": "Sport"})
    with pytest.raises(InputError, match=r"id '8' has the label 'Sport', expected one of \['1e5'"):
        tables.check_labels(frame, ["1e5", "Sports"], path)
    tables.check_labels(frame, ["1e5", "Sport"], path)


def test_csv_keeps_commas_quotes_and_floats(tmp_path):
    tables.write_csv([("a,b", 0.1 + 0.2), ('"', None)], ("x", "y"), tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text() == 'x,y\n"a,b",0.30000000000000004\n"""",\n'


@pytest.mark.parametrize(
    ("change", "message"),
    [({"text": "a\0b"}, "id '007': text has a NUL"), ({"text": None}, "text is NoneType")],
)
def test_what_could_not_be_read_is_not_written(tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        tables.write_texts(texts(ROW | change), tmp_path / "t.jsonl", tables.TEXTS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("votes", "agreement"), [([["a", None]], [1.0]), ([["a"]], [None]), ([["a"]], [float("nan")])]
)
def test_missing_numbers_and_votes_are_neither_written_nor_read(tmp_path, votes, agreement):
    path = tmp_path / "v.parquet"
    frame = pd.DataFrame({"id": ["1"], "votes": votes, "agreement": agreement})
    with pytest.raises(InputError, match="has a missing value"):
        tables.write_numbers(frame, path, tables.VOTES)
    assert not path.exists()
    columns = {"id": ["1"], "votes": votes, "agreement": agreement}
    pq.write_table(pa.table(columns, schema=tables.VOTES.columns), path)
    with pytest.raises(InputError, match="has a missing value"):
        tables.read_numbers(path, tables.VOTES)
