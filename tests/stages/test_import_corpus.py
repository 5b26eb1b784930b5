import json
import runpy
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from synthgap.floor import tables

SCRIPT = Path(__file__).parents[2] / "stages" / "import_corpus.py"
CSV = """no,what,kind
1,rain since noon,W
2,"a puddle, at the door",W
3,dust on every shelf,D
4,the well gave nothing,D
5,,D
6,the well gave nothing,D
7,who knows,?
"""
OUTS = ("train.jsonl", "dropped.jsonl", "metrics.json")


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A file of somebody else's, and params that bring it in."""
    monkeypatch.chdir(tmp_path)
    Path("theirs.csv").write_text(CSV, encoding="utf-8")
    entry = {
        "task": "weather", "source": "other", "path": "theirs.csv", "text": "what",
        "label": "kind", "names": {"W": "wet", "D": "dry"},
    }  # fmt: skip
    params = {
        "imports": {"mine": entry},
        "generate": {"min_words": 1, "max_words": 100, "near_repeat": 0.7, "seed": 1},
        "tasks": {"weather": {"labels": ["wet", "dry"]}},
    }
    write(params)
    return params


def write(params):
    YAML().dump(params, Path("params.yaml"))


def bring_in(monkeypatch):
    flags = ["--key", "mine", "--task", "weather", "--corpus", "theirs.csv"]
    for name, path in zip(("train", "dropped", "metrics"), OUTS, strict=True):
        flags += [f"--{name}", path]
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *flags])
    runpy.run_path(str(SCRIPT), run_name="__main__")


def test_a_file_becomes_a_training_table_and_the_rest_has_reasons(study, monkeypatch):
    bring_in(monkeypatch)
    train = tables.read_texts(Path("train.jsonl"), tables.TEXTS)
    assert train["text"].tolist()[:2] == ["rain since noon", "a puddle, at the door"]
    assert train["label"].tolist() == ["wet", "wet", "dry", "dry"]
    dropped = tables.read_texts(Path("dropped.jsonl"), tables.DROPPED)
    assert dict(zip(dropped["id"], dropped["reason"], strict=True)) == {
        "other-5": "empty",
        "other-6": "repeat",
        "other-7": "other_label",
    }
    metrics = json.loads(Path("metrics.json").read_text(encoding="utf-8"))
    assert (metrics["attempts"], metrics["kept"]) == (7, {"wet": 2, "dry": 2})


def test_equal_runs_give_equal_bytes(study, monkeypatch):
    study["imports"]["mine"]["per_label"] = 1
    write(study)
    bring_in(monkeypatch)
    before = [Path(out).read_bytes() for out in OUTS]
    bring_in(monkeypatch)
    assert [Path(out).read_bytes() for out in OUTS] == before


def changed(**values):
    def change(params):
        params["imports"]["mine"].update(values)
        write(params)

    return change


BAD = {
    "file": (lambda _: Path("theirs.csv").unlink(), "theirs.csv: cannot be read (No such file"),
    "column": (changed(text="body"), "theirs.csv: no column 'body'"),
    "names": (changed(names={"W": "wet"}), "imports.mine.names: found the labels ['wet']"),
    "too few": (changed(per_label=3), "expected 3 of each label: wet has 2, dry has 2"),
    "key": (changed(colour="red"), "imports.mine.colour: Extra inputs are not permitted"),
    "source": (changed(source="few_shot"), "imports.mine.source: Value error, expected a name of"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_leaves_no_output(study, monkeypatch, name):
    damage, message = BAD[name]
    damage(study)
    with pytest.raises(SystemExit) as ended:
        bring_in(monkeypatch)
    assert str(ended.value).startswith("import_corpus: ")
    assert message in str(ended.value)
    assert "\n" not in str(ended.value)
    assert not any(Path(out).exists() for out in OUTS)
