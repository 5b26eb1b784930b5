"""Files of every make become the same table, which the stage reads."""

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart, Reference
from ruamel.yaml import YAML

from synthgap import check
from synthgap.fetch import own, real
from synthgap.fetch.sides import Task
from synthgap.fetch.source import Choice
from synthgap.floor import params, tables
from synthgap.floor.errors import InputError
from synthgap.own import adding, store
from synthgap.own.request import Columns, Hints, Request
from tests.own.made import objects, put, rows, table

ROWS = rows()
CSV = table(ROWS)
NO_HINTS = Hints()
SAMPLE = Choice(source="sample", asked="sample", mirror=None, why="test")


@pytest.fixture
def added(folder, capsys):
    """Do all but what DVC does; return the rows, the entry of params, and what is said."""

    def run(file, test=None, votes_long=None, hints=NO_HINTS, **columns):
        named = Columns("text", "label", **columns)
        long = votes_long and Path(votes_long)
        offer = adding.offer(Request("mine", file, named, hints, test, long, {}), plan=False)
        adding.show_found(offer)
        store.write(offer.rows, offer.file)
        tables.write_plain(offer.after, params.FILE)
        made = tables.read_texts(folder / "data/own/mine.jsonl", own.TABLE)
        return made, params.load()["tasks"]["mine"], capsys.readouterr().out

    return run


def excel(content):
    book = openpyxl.Workbook()
    book.active.append(("text", "label"))
    for row in content:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_wrong_size(content, ref):
    """Return an Excel file that says that its sheet ends at another cell."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(excel(content))) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            part = good.read(name)
            bad.writestr(
                name, re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="%b"' % ref, part)
            )
    return out.getvalue()


def with_chart(content):
    """Return an Excel file of which a sheet with a chart was last shown."""
    book = openpyxl.load_workbook(io.BytesIO(excel(content)))
    chart = BarChart()
    chart.add_data(Reference(book.active, 1, 1, 2, 5))
    book.create_chartsheet().add_chart(chart)
    book.active = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(content):
    out = io.BytesIO()
    pd.DataFrame(content, columns=["text", "label"]).to_parquet(out)
    return out.getvalue()


GOOD = {
    "UTF-8": ("f.csv", CSV, "commas, utf-8 (all bytes are)"),
    "byte-order mark": ("f.csv", CSV.encode("utf-8-sig"), "commas, utf-8-sig (by its byte-order"),
    "UTF-16": ("f.csv", CSV.encode("utf-16"), "commas, utf-16 (by its byte-order mark)"),
    "UTF-16 without a mark": ("f.csv", CSV.encode("utf-16-le"), "commas, utf-16-le (by its zero"),
    "UTF-32": ("f.csv", CSV.encode("utf-32"), "commas, utf-32 (by its byte-order mark)"),
    "Latin-1": ("f.csv", CSV.encode("latin-1"), "commas, cp1252 (a guess: check, or say --enc"),
    "semicolons": ("f.csv", table(ROWS, delimiter=";"), "semicolons, utf-8"),
    "semicolons in Latin-1": (
        "f.csv",
        table(ROWS, delimiter=";").encode("latin-1"),
        "semicolons, cp1252",
    ),
    "tabs": ("f.tsv", table(ROWS, delimiter="\t"), "tabs, utf-8"),
    "bars": ("f.txt", table(ROWS, delimiter="|"), "bars, utf-8"),
    "line feeds": ("f.csv", CSV.replace("\r\n", "\n"), "commas, utf-8"),
    "carriage returns": ("f.csv", CSV.replace("\r\n", "\r"), "commas, utf-8"),
    "blank lines": ("f.csv", CSV.replace("\r\n", "\r\n\r\n") + "\n\n", "commas, utf-8"),
    "other columns": (
        "f.csv",
        table([(i, b, ",;", a) for i, (a, b) in enumerate(ROWS)], ("n", " label ", "x", "text")),
        "commas, utf-8",
    ),
    "packed": ("f.csv.gz", CSV, "commas, utf-8"),
    "packed JSON": ("f.jsonl.gz", objects(ROWS), "JSON Lines, utf-8"),
    "JSON Lines": ("f.jsonl", objects(ROWS), "JSON Lines, utf-8"),
    "JSON Lines by another name": ("f.data", objects(ROWS), "JSON Lines, utf-8"),
    "CSV by another name": ("f.data", CSV, "commas, utf-8"),
    "Parquet": ("f.parquet", parquet(ROWS), "Parquet"),
    "Excel": ("f.xlsx", excel(ROWS), "Excel, sheet 'Sheet'"),
    "Excel of fewer rows": ("f.xlsx", with_wrong_size(ROWS, b"A1:B5"), "Excel, sheet 'Sheet'"),
    "Excel of one cell": ("f.xlsx", with_wrong_size(ROWS, b"A1"), "Excel, sheet 'Sheet'"),
    "Excel, a chart shown": ("f.xlsx", with_chart(ROWS), "Excel, sheet 'Sheet'"),
}


@pytest.mark.parametrize("case", GOOD)
def test_good_files_become_the_same_table(folder, added, case):
    name, content, about = GOOD[case]
    put(folder, name, content)
    made, entry, printed = added(name)
    assert printed.startswith(f"{name}: {about}")
    assert list(zip(made["text"], made["label"], strict=True)) == ROWS
    assert list(made["id"]) == [f"train-{i}" for i in range(16)]
    assert set(made["split"]) == {"train"}
    assert entry["labels"] == ["day", "night"]
    assert entry["dataset"] == {
        "file": "mine.jsonl",
        "train": ["train"],
        "text": "text",
        "label": "label",
        "names": {"day": "day", "night": "night"},
    }
    check.check(folder / "params.yaml")


def test_quotes_and_line_ends_within_fields_are_part_of_the_text(folder, added):
    special = ['he said "no", twice', "first\nsecond", "a;b\tc", "  kept  ", "=1+1", "'", '"']
    put(folder, "f.csv", table([*ROWS, *((text, "day") for text in special)]))
    made, _, _ = added("f.csv")
    assert list(made["text"])[16:] == special


def test_a_text_of_a_megabyte_passes(folder, added):
    put(folder, "f.csv", table([*ROWS, ("ü word" * 180_000, "day")]))
    made, _, printed = added("f.csv")
    assert len(made["text"].iloc[-1]) == 1_080_000
    assert "1,080,000 characters at most" in printed


def test_other_detected_names_can_be_told(folder, added):
    put(folder, "f.csv", table(ROWS, delimiter="#").encode("cp437"))
    made, _, printed = added("f.csv", hints=Hints("cp437", "#"))
    assert list(zip(made["text"], made["label"], strict=True)) == ROWS
    assert "'#', cp437 (as told)" in printed


STRANGE = [
    *("no", "on", "null", "1e5", "~", "true", "1", "-1", "0x1F", "2024-01-01", "1_000", "nan"),
    *("Sci/Tech", "🎉", "a: b", "# c", "- d", "{{ e }}", "${f}", "'g'", '"h"', "[i]", "{j}", "y"),
    *(
        "*k",
        "&l",
        "!m",
        "%n",
        "@o",
        "`p`",
        "q,r",
        "ünï",
        "日本",
        "s\\t",
        "?",
        "<<",
        "=",
        "u.v",
        "|",
    ),
]


def test_strange_labels_survive_yaml_of_both_kinds(folder, added):
    content = [(f"text {i} of {label}", label) for label in STRANGE for i in range(4)]
    put(folder, "f.csv", table(content))
    made, entry, _ = added("f.csv")
    assert entry["labels"] == sorted(STRANGE)
    assert entry["dataset"]["names"] == {label: label for label in STRANGE}
    assert sorted(entry["prompt"]["descriptions"]) == sorted(STRANGE)
    # Readers of YAML 1.1 take `no` and 1e5 for something else where they are not quoted.
    old = YAML(typ="safe", pure=True)
    old.version = (1, 1)
    text = (folder / "params.yaml").read_text(encoding="utf-8")
    assert old.load(text)["tasks"]["mine"]["labels"] == sorted(STRANGE)
    assert set(made["label"]) == set(STRANGE)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 1], ["0", "1"]),
        ([0.0, 1.0], ["0", "1"]),
        ([0.5, 1.0], ["0.5", "1"]),
        ([False, True], ["false", "true"]),
    ],
    ids=["whole", "floats", "halves", "truths"],
)
@pytest.mark.parametrize("make", [objects, parquet, excel], ids=["jsonl", "parquet", "xlsx"])
def test_labels_that_are_numbers_become_strings(folder, added, make, values, labels):
    put(folder, "f", make([(text, values[label == "day"]) for text, label in ROWS]))
    _, entry, _ = added("f")
    assert entry["labels"] == labels


def test_rows_without_label_or_text_are_counted_and_dropped_by_the_stage(folder, added):
    extra = [("no label", ""), ("", "day"), ROWS[0], (ROWS[1][0].upper(), "day"), ("  ", "")]
    put(folder, "f.csv", table([*ROWS, *extra]))
    made, _, printed = added("f.csv")
    assert len(made) == 21
    unused = "1 without a text, 2 without a label, 1 repeats (train), 2 two labels (train)"
    assert f"rows that will not be used: {unused}" in printed
    dropped = fetched(folder).dropped
    assert list(dropped["reason"]) == [
        "two_labels",
        "no_label",
        "empty",
        "repeat",
        "two_labels",
        "no_label",
    ]
    assert list(dropped["id"]) == [
        "train-1",
        "train-16",
        "train-17",
        "train-18",
        "train-19",
        "train-20",
    ]


def fetched(folder):
    """Run what the stage runs, on a plan whose other tasks come from the sample."""
    entry = params.load(folder / "params.yaml")["tasks"]["mine"]
    dataset = params.read("tasks.mine.dataset", real.sides.Dataset, folder / "params.yaml")
    settings = params.read("fetch", real.sides.Fetch, folder / "params.yaml")
    folders = real.Folders(folder / "data/sample", folder / "data/own")
    return real.fetch(Task("mine", entry["labels"], dataset, settings), SAMPLE, folders, {})


def test_the_stage_reads_the_file_whatever_the_source_of_the_plan_is(folder, added):
    put(folder, "f.csv", CSV)
    added("f.csv")
    found = fetched(folder)
    # 30 % of 16 are 4.8: five texts to test on; a tenth of the others, at least one a label.
    n = {part: sum(rows.values()) for part, rows in found.metrics["rows"].items()}
    assert n == {"train": 9, "pool": 2, "test": 5, "voted": 0}
    assert (found.metrics["source"], found.metrics["demonstration"]) == ("own", False)
    assert list(found.metrics["files"]) == ["mine.jsonl"]
    texts = set(found.train["text"]) | set(found.pool["text"]) | set(found.test["text"])
    assert texts == {text for text, _ in ROWS}


@pytest.mark.parametrize("n", range(2, 8))
@pytest.mark.parametrize("others", [4, 9, 50])
def test_what_is_taken_the_stage_takes(folder, added, n, others):
    put(folder, "f.csv", table([*rows(n)[::2], *rows(others)[1::2]]))
    if n < 4:
        with pytest.raises(InputError, match=f"'day' has {n - 2} different texts to train on"):
            added("f.csv")
        return
    _, _, printed = added("f.csv")
    lines = [line.split() for line in printed.splitlines()]
    counted = next(line for line in lines if line[:1] == ["all"])[-2:]
    found = fetched(folder).metrics["available"]
    assert [int(n) for n in counted] == [found["train"], found["test"]]


def test_a_test_file_is_the_test_side_and_its_texts_leave_training(folder, added):
    put(folder, "f.csv", CSV)
    test = [*((f"{text}!", label) for text, label in ROWS[:6]), ROWS[0], ROWS[3]]
    put(folder, "t.csv", table(test))
    made, entry, printed = added("f.csv", test="t.csv")
    assert (entry["dataset"]["train"], entry["dataset"]["test"]) == (["train"], ["test"])
    assert list(made["id"])[14:18] == ["train-14", "train-15", "test-0", "test-1"]
    assert "rows that will not be used: 2 in the test rows too" in printed
    found = fetched(folder)
    assert found.metrics["available"] == {"train": 14, "test": 8, "voted": 0}
    assert found.metrics["dropped"] == {"in_test": 2}


def test_a_column_can_say_which_rows_are_for_testing(folder, added):
    splits = ["train", "test", "train", "dev"]
    content = [(a, b, splits[i // 2 % 4]) for i, (a, b) in enumerate(rows(12))]
    put(folder, "f.csv", table(content, ("text", "label", "part")))
    _, _, printed = added("f.csv", split="part")
    assert "rows that will not be used: 6 of another split" in printed
    assert fetched(folder).metrics["available"] == {"train": 12, "test": 6, "voted": 0}


def votes_of(made):
    return dict(zip(made["id"], made["votes"], strict=True))


def test_votes_in_columns_go_through_to_the_table_of_votes(folder, added):
    content = [(a, b, "day", b, "" if i else "night") for i, (a, b) in enumerate(ROWS)]
    put(folder, "f.csv", table(content, ("text", "label", "ann", "bob", "cyd")))
    made, entry, printed = added("f.csv", votes=("ann", "bob", "cyd"))
    assert entry["dataset"]["votes"] == {"kind": "column", "column": "votes"}
    assert votes_of(made)["train-0"] == ["day", "day", "night"]
    assert votes_of(made)["train-1"] == ["day", "night"]
    assert "votes: on 16 texts" in printed
    votes = fetched(folder).votes
    agreement = dict(zip(votes["id"], votes["agreement"], strict=True))
    assert len(agreement) == 5
    for id_, share in agreement.items():
        number = int(id_.split("-")[1])
        assert share == pytest.approx(2 / 3 if number == 0 else 0.5 if number % 2 else 1.0)


def test_votes_in_a_long_table_are_the_same(folder, added):
    ids = [(f"n{i}", a, b) for i, (a, b) in enumerate(ROWS)]
    put(folder, "f.csv", table(ids, ("id", "text", "label")))
    votes = [("n1", "bob", "night"), ("n0", "ann", "day"), ("n1", "ann", "day"), ("n2", "ann", "")]
    put(folder, "v.tsv", table(votes, ("id", "rater", "label"), delimiter="\t"))
    made, _, printed = added("f.csv", votes_long="v.tsv", id="id")
    found = votes_of(made)
    assert (found["train-0"], found["train-1"]) == (["day"], ["night", "day"])
    assert not any(found[f"train-{i}"] for i in range(2, 16))
    assert "votes: on 2 texts" in printed


def test_scripts_labels_that_look_alike_and_small_labels_are_said(folder, added):
    russian = [(f"утро было светлым и {i} тихим", "Day") for i in range(4)]
    put(folder, "f.csv", table([*ROWS, *russian]))
    _, _, printed = added("f.csv")
    assert "scripts: Latin 80.0 %, Cyrillic 20.0 %; several languages, in one task?" in printed
    assert "look: the labels 'Day' and 'day' look alike" in printed
    assert "look: 3 labels have fewer than 20 rows: Day, day, night" in printed


def test_json_escapes_are_text(folder, added):
    put(folder, "f.jsonl", objects(ROWS) + json.dumps({"label": "day", "text": "a \U0001f389 b"}))
    made, _, _ = added("f.jsonl")
    assert made["text"].iloc[-1] == "a \U0001f389 b"
