"""Encodings are known by marks and by validity, and else guessed as exports have them."""

import pytest

from synthgap.own.opening import find_encoding

TEXTS = {
    "cp1252": "Le café était fermé à Noël, “quelle” dommage – déjà vu",
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy, a špatný film byl dlouhý",
    "cp1251": "Привет мир, плохая погода сегодня и хороший фильм вечером",
    "koi8_r": "Привет мир, плохая погода сегодня и хороший фильм вечером",
    "cp932": "今日は天気がいいです。悪い映画でした。とても長かった",
    "gb18030": "今天天气很好，这部电影很糟糕，时间太长",
    "utf-8": "Le café était fermé, Привет, 今日は",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_an_export_is_read_as_it_was_written(tmp_path, encoding):
    lines = "".join(f"{TEXTS[encoding]} {i},day\n" for i in range(30))
    (tmp_path / "f.csv").write_bytes(f"text,label\n{lines}".encode(encoding))
    assert find_encoding(tmp_path / "f.csv", None).name == encoding


@pytest.mark.parametrize("text", ["Je préfère ça", "schöner Film", "ñandú", "das Ende — naja"])
def test_a_single_western_line_is_no_other_alphabet(tmp_path, text):
    (tmp_path / "f.csv").write_bytes(f"text,label\n{text},day\nmore,night\n".encode("cp1252"))
    assert find_encoding(tmp_path / "f.csv", None).name == "cp1252"
