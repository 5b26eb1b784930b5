import pandas as pd
import pytest

from synthgap.floor.errors import InputError
from synthgap.imports.reading import Row, read

ROWS = [Row("Rain, again", "1"), Row("a “dry”\nday", "no"), Row("None", "1e5"), Row("", "NA")]


def written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


CSV = 'id,body,mood\n7,"Rain, again",1\n8,"a “dry”\nday",no\n9,None,1e5\n10,,NA\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV),
        ("a.CSV", "\ufeff" + CSV),
        ("crlf.csv", CSV.replace("\n", "\r\n").replace("dry”\r\n", "dry”\n")),
        ("a.tsv", 'mood\tbody\n1\tRain, again\nno\t"a “dry”\nday"\n1e5\tNone\nNA\t""\n'),
        (
            "a.jsonl",
            '{"body": "Rain, again", "mood": 1}\n\n{"mood": "no", "body": "a “dry”\\nday"}\n'
            '{"body": "None", "mood": "1e5"}\n{"body": "", "mood": "NA"}\n',
        ),
    ],
    ids=["csv", "mark", "crlf", "tsv", "jsonl"],
)
def test_texts_and_labels_come_as_they_are_spelled(tmp_path, name, content):
    assert read(written(tmp_path, name, content), "body", "mood") == ROWS


def test_parquet_spells_numbers_and_truth_values_as_python_does(tmp_path):
    frame = pd.DataFrame({"body": ["a", "b", None], "mood": [1, 0, 1], "true": [True, False, None]})
    frame.to_parquet(tmp_path / "a.parquet")
    path = tmp_path / "a.parquet"
    assert read(path, "body", "mood") == [Row("a", "1"), Row("b", "0"), Row(None, "1")]
    assert [row.label for row in read(path, "body", "true")] == ["True", "False", None]


def test_blank_lines_and_carriage_returns_alone_are_line_ends(tmp_path):
    content = 'body,mood\r\r"a\nb",x\rc,y\r\r'
    assert read(written(tmp_path, "a.csv", content), "body", "mood") == [
        Row("a\nb", "x"),
        Row("c", "y"),
    ]


def test_quotes_that_begin_no_text_are_characters_of_it(tmp_path):
    content = 'mood\tbody\nx\tsaid "no"\ny\t5" of snow\n'
    assert [row.text for row in read(written(tmp_path, "a.tsv", content), "body", "mood")] == [
        'said "no"',
        '5" of snow',
    ]


BAD = {
    "missing": ("gone.csv", None, "cannot be read .No such file"),
    "ending": ("a.xlsx", "PK", "found the ending '.xlsx', expected one of .csv, .tsv, "),
    "empty": ("a.csv", "", "no rows"),
    "header only": ("a.csv", "body,mood\n", "no rows"),
    "column": ("a.csv", "text,mood\na,b\n", "no column 'body', found .'text', 'mood'"),
    "column twice": ("a.csv", "body,body,mood\na,b,c\n", "the column 'body' twice"),
    "more fields": ("a.csv", "body,mood\na,b\na,b,c\n", "row 2: found 3 fields, expected 2 as in"),
    "fewer fields": ("a.csv", "body,mood\na,b\n\nc\n", "row 2: found 1 fields, expected 2 as in"),
    "quote": (
        "a.csv",
        'body,mood\nz,y\n"a,b\nc,d\n',
        "row 2, from line 3 on: not valid CSV .unexpected end of data., expected quotes in pairs",
    ),
    # Exports that know no quoting: a text that begins with a quote, and a later one ...
    "quote that begins two texts": (
        "a.tsv",
        'body\tmood\nz\tx\n"Stay, he said\ty\nb\ty\n"Go\ty\n',
        "row 2, from line 3 on: not valid CSV",
    ),
    "quote that begins and ends texts": (
        "a.tsv",
        'id\tbody\tmood\n1\tz\tx\n2\t"Stay, he said\ty\n3\tb\ty\n4\tNow go"\ty\n5\tz\ty\n',
        "row 2: found 3 rows in one field, from one quote to another, expected a text that",
    ),
    "latin-1": ("a.csv", "body,mood\ncafé,b\n".encode("latin-1"), "not UTF-8"),
    "utf-16": ("a.jsonl", '{"body": "a"}'.encode("utf-16"), "not UTF-8"),
    "json": ("a.jsonl", '{"body": "a", "mood": "b"}\n{"body":', "line 2: not valid JSON"),
    "json list": ("a.jsonl", "[1]\n", "line 1: found list, expected an object"),
    "json key": ("a.jsonl", '{"body": "a"}\n', "line 1: no column 'mood', found .'body'"),
    "json text": ("a.jsonl", '{"body": 5, "mood": 1}\n', "line 1: the text is int, expected a s"),
    "parquet": ("a.parquet", "PAR1", "cannot be read as Parquet"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_one_line(tmp_path, name):
    file, content, message = BAD[name]
    path = tmp_path / file if content is None else written(tmp_path, file, content)
    with pytest.raises(InputError, match=message) as raised:
        read(path, "body", "mood")
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(InputError, match=r"a\.csv: cannot be read .Is a directory"):
        read(tmp_path / "a.csv", "body", "mood")
