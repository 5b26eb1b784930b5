import hashlib
import json
import logging

import pytest

from synthgap.floor.errors import InputError
from synthgap.generate.corpus import Corpus


def written(folder, *rows):
    path = folder / "weather.jsonl"
    lines = [json.dumps({"label": label, "text": text}) for label, text in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def opened(path):
    return Corpus(path, "zero_shot", ["sun", "rain"])


def test_all_texts_come_at_once_in_the_files_order_and_then_none(tmp_path):
    path = written(tmp_path, ("rain", "Wet."), ("sun", "Hot."), ("rain", "Grey."))
    corpus = opened(path)
    given = corpus.write({"sun": 1})
    assert [(row.id, row.label, row.text, row.reply, row.position) for row in given] == [
        ("zero_shot-1", "rain", "Wet.", 1, 0),
        ("zero_shot-2", "sun", "Hot.", 2, 0),
        ("zero_shot-3", "rain", "Grey.", 3, 0),
    ]
    assert corpus.write({"sun": 1}) == []


def test_a_text_says_from_which_file_it_comes(tmp_path):
    path = written(tmp_path, ("sun", "Hot."))
    (row,) = opened(path).write({})
    assert row.prompt_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (row.model, row.example_ids) == ("corpus", [])


def test_white_space_around_a_text_is_cut_off(tmp_path):
    (row,) = opened(written(tmp_path, ("sun", " Hot  day.\n"))).write({})
    assert row.text == "Hot  day."


def test_it_says_that_the_prompts_make_no_difference(tmp_path, caplog):
    path = written(tmp_path, ("sun", "Hot."))
    with caplog.at_level(logging.INFO, "synthgap"):
        opened(path)
    (message,) = caplog.messages
    assert message == f"{path}: written beforehand, these texts do not depend on the prompts"


def test_a_missing_corpus_is_named_with_what_can_be_done(tmp_path):
    with pytest.raises(InputError) as caught:
        opened(tmp_path / "none.jsonl")
    assert str(caught.value).startswith(f"{tmp_path / 'none.jsonl'}: no such file, expected")
    assert "study.tasks" in str(caught.value)


def test_a_strange_label_is_named_with_its_row(tmp_path):
    with pytest.raises(InputError, match="row 2 has the label 'snow', expected one of"):
        opened(written(tmp_path, ("sun", "Hot."), ("snow", "Cold.")))
