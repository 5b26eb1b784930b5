import pytest

from synthgap.floor import csv_tables
from synthgap.floor.errors import InputError

COLUMNS = ("judge", "verdict")


def written(path, content):
    path.write_bytes(content)
    return path


def test_cells_stay_the_strings_that_they_are(tmp_path):
    path = written(tmp_path / "a.csv", b'judge,verdict\n007,"None, or\nso"\n\n1e5,no\n')
    frame = csv_tables.read(path, COLUMNS)
    assert frame.to_dict("list") == {"judge": ["007", "1e5"], "verdict": ["None, or\nso", "no"]}


def test_what_a_spreadsheet_writes_is_read(tmp_path):
    path = written(tmp_path / "a.csv", b"\xef\xbb\xbfjudge,verdict\r\nann,sun\r\n")
    assert csv_tables.read(path, COLUMNS)["judge"].tolist() == ["ann"]


def test_a_folder_is_read_in_the_order_of_names_and_other_files_are_not(tmp_path):
    for name in ("b.csv", "a.csv", "README.md"):
        written(tmp_path / name, f"judge,verdict\n{name},sun\n".encode())
    tables = csv_tables.read_folder(tmp_path, COLUMNS)
    assert [path.name for path in tables] == ["a.csv", "b.csv"]


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="judgments: no such folder, expected one with CSV tables"):
        csv_tables.read_folder(tmp_path / "judgments", COLUMNS)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a.csv: cannot be read \(No such file or directory\)"):
        csv_tables.read(tmp_path / "a.csv", COLUMNS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ": columns are [], expected ['judge', 'verdict']"),
        (b"judge\nann\n", ": columns are ['judge'], expected ['judge', 'verdict']"),
        (b"verdict,judge\na,b\n", ": columns are ['verdict', 'judge'], expected"),
        (b"judge,verdict,more\na,b,c\n", ": columns are ['judge', 'verdict', 'more'], expected"),
        (b"judge,verdict\n", ": no rows, expected at least one"),
        (b"judge,verdict\na,b\nc\n", ", row 2: 1 fields, expected 2"),
        (b"judge,verdict\na,b,c\n", ", row 1: 3 fields, expected 2"),
        (b"judge,verdict\na,b\0\n", ", row 1: a NUL character, expected text"),
        (b"judge,verdict\n\xff,b\n", ": not UTF-8 (invalid start byte)"),
        (b'judge,verdict\na,"b\n', ": not valid CSV (unexpected end of data)"),
        (b"judge,verdict\na," + b"b" * 200_000 + b"\n", ": not valid CSV (field larger than"),
    ],
    ids=[
        "empty",
        "column missing",
        "columns swapped",
        "extra column",
        "no rows",
        "short row",
        "long row",
        "NUL",
        "Latin-1",
        "open quote",
        "over-long",
    ],
)
def test_a_damaged_table_is_refused_and_the_place_is_named(tmp_path, content, message):
    path = written(tmp_path / "a.csv", content)
    with pytest.raises(InputError) as error:
        csv_tables.read(path, COLUMNS)
    assert str(error.value).startswith(f"{path}{message}")
    assert "\n" not in str(error.value)
