"""A task's own file, as the stage reads it."""

import hashlib
import json

import pytest

from synthgap.fetch.own import Own
from synthgap.fetch.settings import Dataset
from synthgap.floor import params
from synthgap.floor.errors import InputError
from tests.fetch.study import Study, texts

ENTRY = {
    "file": "hours.jsonl",
    "train": ["train"],
    "text": "text",
    "label": "label",
    "names": {"day": "day", "night": "night"},
}


@pytest.fixture
def study(tmp_path):
    study = Study(tmp_path)
    study.dataset = dict(ENTRY)
    study.source = "sample"
    write(tmp_path, [one | {"votes": ["day"]} for one in texts("day", 20) + texts("night", 20)])
    return study


def write(folder, content):
    file = folder / "data/own/hours.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"id": f"train-{i}", "split": "train", **one} for i, one in enumerate(content)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_a_file_is_read_whatever_the_plans_source_is_and_is_no_demonstration(study):
    assert study.run() is None
    found = study.metrics()
    digest = hashlib.sha256((study.folder / "data/own/hours.jsonl").read_bytes()).hexdigest()
    assert (found["source"], found["revision"], found["demonstration"]) == ("own", None, False)
    assert found["files"] == {"hours.jsonl": digest}
    assert found["read"] == {"train": 40}
    assert found["votes"] == "none: the dataset has none"


def test_votes_are_those_of_the_column(study):
    study.dataset["votes"] = {"kind": "column", "column": "votes"}
    assert study.run() is None
    assert study.metrics()["votes"] == {"mean_agreement": 1.0, "n": 4}


def test_an_empty_label_is_none(study):
    content = texts("day", 20) + texts("night", 20) + [{"text": "noon", "label": ""}]
    write(study.folder, [one | {"votes": []} for one in content])
    assert study.run() is None
    assert study.metrics()["dropped"] == {"no_label": 1}


def test_a_file_that_is_not_there_is_asked_for(study):
    (study.folder / "data/own/hours.jsonl").unlink()
    assert study.run() == (
        "fetch_real: data/own/hours.jsonl: no such file, expected the table that `synthgap "
        "add-task` wrote; `dvc pull` brings it where it was pushed"
    )


def test_votes_that_are_no_strings_a_split_or_column_that_is_not_there_are_refused(study):
    write(study.folder, [{"text": "a", "label": "day", "votes": [["b"]]}])
    own = Own(study.folder / "data/own/hours.jsonl")
    with pytest.raises(InputError, match=r"id 'train-0': votes are .*, expected strings"):
        own.load(None, ["train"], ["text"])
    with pytest.raises(InputError, match=r"no rows of the split 'test', found \['train'\]"):
        own.load(None, ["test"], ["text"])
    with pytest.raises(InputError, match="no column 'body', found"):
        own.load(None, ["train"], ["body"])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"hub": "org/name"}, "expected either a file or a place on the hub or in the mirror"),
        ({"config": "plain"}, "expected either a file or a place on the hub or in the mirror"),
        ({"file": "../secret.jsonl"}, "String should match pattern"),
        ({"file": "hours.csv"}, "String should match pattern"),
        (
            {"votes": {"kind": "raters", "config": "raw", "split": "train", "id": "id"}},
            "expected the votes of a file to be of the kind column",
        ),
    ],
)
def test_a_file_is_one_place_inside_data_own(changed, message):
    with pytest.raises(InputError, match=message):
        params.check(ENTRY | changed, Dataset, "p")
