import pytest

from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.tell import plot_data
from synthgap.tell.plot_data import CurvePoint, Taken

HEADER = "task,source,model,threshold,accuracy,low,high,n"


def test_what_is_written_is_read_again(tmp_path):
    points = [CurvePoint("t", "real", "minilm", 1 / 3, 0.9, 0.8, 0.95, 12)]
    tables.write_csv(points, CurvePoint._fields, tmp_path / "c.csv")
    assert plot_data.read(tmp_path / "c.csv", CurvePoint) == points
    tables.write_csv([], CurvePoint._fields, tmp_path / "c.csv")
    assert plot_data.read(tmp_path / "c.csv", CurvePoint) == []


def test_labels_stay_as_they_are(tmp_path):
    pairs = [Taken("007", "None", 3), Taken('a,"b"', "two\nlines", 0)]
    tables.write_csv(pairs, Taken._fields, tmp_path / "p.csv")
    assert plot_data.read(tmp_path / "p.csv", Taken) == pairs


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", r"c.csv: columns are \[\], expected \['task'"),
        (b"actual,predicted\n", r"c.csv: columns are \['actual', 'predicted'\]"),
        (f"{HEADER}\nt,real\n".encode(), "c.csv, row 1: 2 fields, expected 8"),
        (f"{HEADER}\nt,real,m,x,1,1,1,1\n".encode(), "c.csv, row 1: could not convert string"),
        (f"{HEADER}\nt,real,m,1,1,1,1,1.5\n".encode(), "c.csv, row 1: invalid literal for int"),
        (b"\xff\xfe", "c.csv: not UTF-8"),
        (b'task,"', "c.csv: not valid CSV"),
    ],
    ids=["empty", "columns", "fields", "number", "whole", "utf8", "quote"],
)
def test_another_file_is_named_in_one_line(tmp_path, content, line):
    (tmp_path / "c.csv").write_bytes(content)
    with pytest.raises(InputError, match=line):
        plot_data.read(tmp_path / "c.csv", CurvePoint)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"c\.csv: cannot be read \(No such file"):
        plot_data.read(tmp_path / "c.csv", CurvePoint)
