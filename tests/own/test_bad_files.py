"""Files that are refused: one line with place, found and expected, and nothing is written."""

import gzip
import io
import os
import socket
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.chart import BarChart, Reference

from tests.own.made import DAY, objects, put, rows, snapshot, table

GOOD = table(rows())
LONG_TEXT = "word " * 900_000


def parquet(**columns):
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def labelled(*labels):
    return table([(DAY.format(i), label) for i, label in enumerate(labels)])


BAD = {
    "empty": ("f.csv", "", "f.csv: found an empty file, expected a table"),
    "empty, packed": ("f.csv.gz", "", "f.csv.gz: found an empty file, expected a table"),
    "only a header": ("f.csv", "text,label\n", "f.csv: found no rows, expected labelled texts"),
    "no header": (
        "f.csv",
        GOOD.split("\r\n", 1)[1],
        "f.csv: no column 'text', found 'the morning was bright and caf...', 'day'; expected",
    ),
    "other header": ("f.csv", table(rows(), ("a", "b")), "f.csv: no column 'text', found 'a', 'b'"),
    "column twice": (
        "f.csv",
        table([(a, b, b) for a, b in rows()], ("text", "label", "label")),
        "f.csv: found the column 'label' 2 times, expected once",
    ),
    "more fields": ("f.csv", GOOD + "a,b,day\n", "f.csv, row 17: found 3 fields, expected 2"),
    "fewer fields": ("f.csv", GOOD + "a\n", "f.csv, row 17: found 1 fields, expected 2"),
    "unbalanced quote": (
        "f.csv",
        GOOD + '"a,day\nb,day\n',
        "f.csv, row 17, from line 18 on: not valid CSV",
    ),
    "unbalanced quote before others": (
        "f.csv",
        'text,label\n"one,day\n"two, or so",day\n',
        "f.csv, row 1, from line 2 on: not valid CSV",
    ),
    "quotes around rows": (
        "f.tsv",
        table(rows(), delimiter="\t") + '"Stay\tday\nand go"\tnight\n',
        "f.tsv, row 17: found 2 rows in one field, from one quote to another, expected",
    ),
    "NUL": ("f.csv", GOOD + "a\0b,day\n", "f.csv, row 17: found a NUL character"),
    "NUL in a label": ("f.csv", GOOD + "a,d\0y\n", "f.csv, row 17: found a line break or control"),
    "bytes of no kind": ("f.csv", bytes(range(256)) * 40, "f.csv, line 2: found bytes of no known"),
    "two encodings": (
        "f.csv",
        GOOD.encode() + "der Käse,day\n".encode("latin-1"),
        "f.csv, line 18: found bytes that are not UTF-8, though 16 other lines are; expected one",
    ),
    "broken UTF-16": (
        "f.csv",
        GOOD.encode("utf-16")[:-1],
        "f.csv: found bytes that are not utf-16 (by its byte-order mark), expected one encoding",
    ),
    "text column empty": (
        "f.csv",
        table([(" ", label) for _, label in rows()]),
        "f.csv: the column 'text' is empty in all rows",
    ),
    "label empty": (
        "f.csv",
        table([(text, "") for text, _ in rows()]),
        "f.csv: found no label in any row, expected at least two labels",
    ),
    "one label": (
        "f.csv",
        labelled(*["day"] * 9),
        "f.csv: found the only label 'day', expected at",
    ),
    "10,000 labels": (
        "f.csv",
        labelled(*(f"label {i}" for i in range(10_000))),
        "f.csv: found 10,000 labels, expected at most 500; is it the right column?",
    ),
    "texts as labels": (
        "f.csv",
        labelled(*["word " * 40] * 9),
        "f.csv, row 1: found a label of 199 characters",
    ),
    "1 and 1.0": (
        "f.csv",
        labelled(*["0", "1", "1.0"] * 9),
        "f.csv: found the labels '1' and '1.0', the same number, expected one spelling",
    ),
    "label with a newline": (
        "f.csv",
        labelled(*["day", "ni\nght"] * 9),
        "f.csv, row 2: found a line break or control character in the label 'ni\\nght'",
    ),
    "label with an escape code": (
        "f.csv",
        labelled(*["day", "\x1b[31mnight"] * 9),
        "f.csv, row 2: found a line break or control character in the label '\\x1b[31mnight'",
    ),
    "3 rows": (
        "f.csv",
        labelled("day", "night", "day"),
        "f.csv: the label 'day' has 0 different texts to train on and 2 to test on, expected at",
    ),
    "1 row a label": (
        "f.csv",
        labelled("day", "night"),
        "f.csv: the label 'day' has 0 different texts to train on and 1 to test on, expected at",
    ),
    "texts all alike": (
        "f.csv",
        table([("again", label) for _, label in rows()]),
        "f.csv: the label 'day' has 0 different texts to train on and 0 to test on",
    ),
    "text of 4.5 MB": (
        "f.jsonl",
        objects([*rows(), (LONG_TEXT, "day")]),
        "f.jsonl, row 17: found a text of 4,500,000 characters, expected at most about 3 MB",
    ),
    "damaged gzip": (
        "f.csv",
        gzip.compress(GOOD.encode())[:-20],
        "f.csv: damaged gzip file (Compressed file ended",
    ),
    "broken JSON": ("f.jsonl", objects(rows()) + "{", "f.jsonl, line 17: not valid JSON"),
    "JSON list": ("f.json", '[{"text": "a"}]', "f.json, line 1: found list, expected an object a"),
    "JSON key missing": ("f.jsonl", '{"text": "a"}', "f.jsonl, line 1: no column 'label', found"),
    "JSON key twice": (
        "f.jsonl",
        '{"text": "a", "text": "b", "label": "c"}',
        "f.jsonl, line 1: not valid JSON (the key 'text' stands twice)",
    ),
    "JSON text a number": (
        "f.jsonl",
        '{"text": 1, "label": "c"}',
        "f.jsonl, row 1: found a text that is int, expected a string",
    ),
    "JSON label a list": (
        "f.jsonl",
        '{"text": "a", "label": ["c"]}',
        "f.jsonl, row 1: found the label ['c'], expected one name or number",
    ),
    "half a surrogate pair": (
        "f.jsonl",
        '{"text": "a\\ud800", "label": "c"}',
        "f.jsonl, row 1: found a NUL character or half a surrogate pair",
    ),
    "damaged Parquet": ("f.parquet", parquet(text=["a"])[:-9], "f.parquet: cannot be read as Parq"),
    "Parquet without the column": (
        "f.parquet",
        parquet(text=["a"], name=["b"]),
        "f.parquet: no column 'label', found 'text', 'name'",
    ),
    "damaged Excel": ("f.xlsx", b"PK\3\4 and so on", "f.xlsx: cannot be read as Excel"),
    "old Excel": ("f.xls", b"\xd0\xcf\x11\xe0" * 9, "f.xls: found a file of the kind old Excel"),
    "picture": ("f.csv", b"\x89PNG\r\n\x1a\n" * 9, "f.csv: found a file of the kind PNG, expected"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_with_one_line(folder, add, case):
    name, content, line = BAD[case]
    put(folder, name, content)
    refused(folder, lambda: add(name), line)


def refused(folder: Path, run, line: str, says: str = "expected"):
    before = snapshot(folder)
    done = run()
    assert done.exit_code == 1, done.output
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"synthgap: {line}")
    assert says in said
    assert len(said) < 400
    assert snapshot(folder) == before


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda f: f.mkdir(), "f.csv: found a folder, expected a file"),
        (lambda f: f.symlink_to("f.csv"), "f.csv: cannot be read (Too many levels of symbolic"),
        (lambda f: f.symlink_to("nowhere"), "f.csv: cannot be read (No such file"),
        (lambda f: os.mkfifo(f), "f.csv: found a pipe, socket or device, expected a file"),
        (lambda f: None, "f.csv: cannot be read (No such file or directory)"),
    ],
    ids=["folder", "loop of links", "dangling link", "pipe", "none"],
)
def test_paths_that_are_no_file_are_refused(folder, add, make, line):
    make(folder / "f.csv")
    refused(folder, lambda: add("f.csv"), line)


def test_a_file_that_may_not_be_read_is_refused(folder, add):
    put(folder, "f.csv", GOOD)
    (folder / "f.csv").chmod(0)
    user = os.geteuid()
    try:
        # The superuser may read everything.
        if user == 0:
            os.seteuid(65534)
        done = add("f.csv")
    finally:
        os.seteuid(user)
    assert done.exit_code == 1
    assert done.stderr == "synthgap: f.csv: cannot be read (Permission denied), expected a file\n"


def test_a_hub_id_is_looked_up_only_if_there_is_no_such_file(folder, add, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    line = "some/name: no such file, and the hub's dataset of this name cannot be read ("
    refused(folder, lambda: add("some/name"), line)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("some/name.csv", "the name ends in .csv"),
        ("some/name.JSONL", "the name ends in .jsonl"),
        ("some/name.csv.gz", "the name ends in .gz"),
        ("private/name", "there is a folder 'private'"),
        ("./name", "there is a folder '.'"),
    ],
)
def test_a_misspelt_path_is_not_told_to_the_hub(folder, add, monkeypatch, name, why):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    (folder / "private").mkdir()
    put(folder, "f.csv", GOOD)
    line = f"{name}: no such file, expected one, as {why}"
    refused(folder, lambda: add(name), line)
    refused(folder, lambda: add("f.csv", "--test", name), line)


VOTED = table([(t, n, n, "day") for t, n in rows()], ("text", "label", "a", "b"))
WITH_IDS = table([(i, t, n) for i, (t, n) in enumerate(rows())], ("id", "text", "label"))
RATED = ("id", "rater", "label")


@pytest.mark.parametrize(
    ("main", "arguments", "extra", "line"),
    [
        (VOTED, ["--votes", "a,c"], "", "f.csv: no column 'c', found"),
        (
            VOTED.replace("day,day", "day,noon", 1),
            ["--votes", "a,b"],
            "",
            "f.csv, row 1: found a vote for 'noon', expected one of 'day', 'night'",
        ),
        (GOOD, ["--votes-long", "v.csv"], "", "--votes-long: expected --id with it"),
        (
            WITH_IDS,
            ["--votes-long", "v.csv", "--id", "id"],
            table([("99", "ann", "day")], RATED),
            "v.csv, row 1: found a vote on '99', expected an id of a text",
        ),
        (
            WITH_IDS,
            ["--votes-long", "v.csv", "--id", "id"],
            table([("1", "ann", "day"), ("1", "ann", "night")], RATED),
            "v.csv, row 2: found a second vote of 'ann' on '1', expected one",
        ),
        (
            WITH_IDS,
            ["--votes-long", "v.csv", "--id", "id"],
            table([("1", "ann", "dusk")], RATED),
            "v.csv, row 1: found a vote for 'dusk', expected one of 'day', 'night'",
        ),
        (
            WITH_IDS + "3,once more,day\n",
            ["--votes-long", "v.csv", "--id", "id"],
            table([("1", "ann", "day")], RATED),
            "f.csv, row 17: found the id '3' twice, expected one of its own",
        ),
        (
            WITH_IDS,
            ["--votes-long", "v.csv", "--id", "id"],
            table([("1", "ann", "day")], ("id", "who", "label")),
            "v.csv: no column 'rater', found 'id', 'who', 'label'",
        ),
        (GOOD, ["--describe", "day"], "", "--describe: found 'day', expected label=description"),
        (GOOD, ["--describe", "noon=x"], "", "--describe: found the label 'noon', expected one of"),
        (GOOD, ["--encoding", "utf9"], "", "--encoding: found 'utf9', expected a name such as"),
        (GOOD, ["--encoding", "ascii"], "", "f.csv: found bytes that are not ascii (as told)"),
        (GOOD, ["--delimiter", ";;"], "", "--delimiter: found ';;', expected one character"),
        (GOOD, ["--split", "label"], "", "f.csv: the column 'label' has 'day', 'night', expected"),
        (GOOD, ["--split", "label", "--test", "f.csv"], "", "--split: found it beside --test"),
        (
            GOOD,
            ["--test", "f.csv"],
            "",
            "f.csv: the label 'day' has 0 different texts to train on and 8 to test on",
        ),
    ],
)
def test_what_does_not_fit_the_file_is_refused(folder, add, main, arguments, extra, line):
    put(folder, "f.csv", main)
    if extra:
        put(folder, "v.csv", extra)
    refused(folder, lambda: add("f.csv", *arguments), line)


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("My Task", "text", "NAME: found 'My Task', expected lower-case letters"),
        ("../up", "text", "NAME: found '../up', expected lower-case letters"),
        ("mine", "label", "--label: found 'label' as for --text, expected another column"),
    ],
)
def test_names_that_cannot_be_are_refused(folder, add, name, text, line):
    put(folder, "f.csv", GOOD)
    refused(folder, lambda: add("f.csv", name=name, text=text), line)


def test_excel_without_the_column_is_refused(folder, add):
    book = openpyxl.Workbook()
    book.active.append(["text", "kind"])
    book.save(folder / "f.xlsx")
    refused(
        folder,
        lambda: add("f.xlsx"),
        "f.xlsx, sheet 'Sheet': no column 'label', found 'text', 'kind'",
    )


def test_excel_with_charts_alone_is_refused(folder, add):
    book = openpyxl.Workbook()
    chart = BarChart()
    chart.add_data(Reference(book.active, 1, 1, 2, 5))
    book.create_chartsheet().add_chart(chart)
    book.remove(book.worksheets[0])
    book.save(folder / "f.xlsx")
    line = "f.xlsx: found no sheet of cells, expected one with a table"
    refused(folder, lambda: add("f.xlsx"), line)


def test_params_that_are_wrong_already_are_left_alone(folder, add):
    put(folder, "f.csv", GOOD)
    params = (folder / "params.yaml").read_text(encoding="utf-8")
    put(folder, "params.yaml", params.replace("pool_share: 0.1 ", "pool_share: 2.0 "))
    line = "params.yaml: fetch.pool_share: Input should be less than 1, found 2.0"
    refused(folder, lambda: add("f.csv"), line, says="less than 1")


def test_a_folder_without_dvc_is_refused_and_nothing_stays(folder, add):
    put(folder, "f.csv", GOOD)
    refused(folder, lambda: add("f.csv"), "data/own/mine.jsonl: dvc add fails (")
