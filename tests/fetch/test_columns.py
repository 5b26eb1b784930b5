from types import SimpleNamespace

import pyarrow as pa
import pytest

from synthgap.fetch.columns import values

PLAIN = SimpleNamespace()
CLASSES = SimpleNamespace(names=["day", "night"])


def column(data, kind=None):
    return pa.chunked_array([pa.array(data, type=kind)])


def test_class_numbers_become_names_and_secret_ones_nothing():
    found = values(column([0, 1, -1, None, 7]), CLASSES)
    assert found == ["day", "night", None, None, "7"]


def test_lists_of_class_numbers_become_lists_of_names():
    found = values(column([[0], [1, 0], [], None]), SimpleNamespace(feature=CLASSES))
    assert found == [["day"], ["night", "day"], [], None]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()], ids=str)
def test_texts_stay_as_they_are(kind):
    texts = ["None", "007", "1e5", "", None, "a\0b", "\u2028"]
    assert values(column(texts, kind), PLAIN) == texts


def test_bytes_that_are_not_utf8_spoil_their_own_row_only():
    raw = pa.array([b"good", b"caf\xe9"], type=pa.binary())
    text = pa.StringArray.from_buffers(2, raw.buffers()[1], raw.buffers()[2])
    assert values(pa.chunked_array([text]), PLAIN) == ["good", "caf\udce9"]


def test_other_values_come_as_python_has_them():
    assert values(column([True, None]), PLAIN) == [True, None]
    assert values(column([["a", "b"]]), SimpleNamespace(feature=PLAIN)) == [["a", "b"]]
