import os
import runpy
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from synthgap.floor import tables

SCRIPT = Path(__file__).parents[2] / "stages" / "train.py"
WARM = ["blazing sun all day", "hot and dry", "a heat wave", "sunny and warm"]
COLD = ["snow until noon", "ice on the road", "a cold wind", "freezing fog"]
MINILM = {
    "kind": "finetune", "encoder": "all-MiniLM-L6-v2", "pooling": "mean", "max_tokens": 16,
    "trained_layers": 1, "dropout": False, "steps": 10, "epochs": 0.0, "batch": 4,
    "learning_rate": 5e-4, "head_learning_rate": 5e-3, "warmup_share": 0.1, "weight_decay": 0.01,
    "validation_share": 0.0,
}  # fmt: skip


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Tables of a small task, and the params for it, in the current folder."""
    monkeypatch.chdir(tmp_path)
    params = {
        "study": {"seeds": [1, 2]},
        "models": {
            "words": {"kind": "tfidf", "ngrams": 1, "inverse_penalty": 10.0},
            "minilm": MINILM,
        },
        "tasks": {"weather": {"labels": ["warm", "cold"]}},
    }
    write(params)
    tables.write_texts(texts(WARM, COLD), Path("train.jsonl"), tables.TEXTS)
    tables.write_texts(texts(["hot sun"], ["cold ice"]), Path("test.jsonl"), tables.TEXTS)
    tables.write_texts(texts(["so hot"], []), Path("voted.jsonl"), tables.TEXTS_OR_NONE)
    return params


def write(params):
    YAML().dump(params, Path("params.yaml"))


def texts(warm, cold):
    rows = [(text, "warm") for text in warm] + [(text, "cold") for text in cold]
    frame = pd.DataFrame(rows, columns=["text", "label"], dtype=object)
    frame.insert(0, "id", [f"t{i}" for i in range(len(frame))])
    return frame


def flags(model):
    arguments = {
        "task": "weather", "model": model, "train": "train.jsonl", "test": "test.jsonl",
        "voted": "voted.jsonl", "predictions": "p.parquet", "curve": "c.csv",
    }  # fmt: skip
    return [part for name, value in arguments.items() for part in (f"--{name}", value)]


def train(monkeypatch, model="words"):
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *flags(model)])
    runpy.run_path(str(SCRIPT), run_name="__main__")
    return tables.read_numbers(Path("p.parquet"), tables.PREDICTIONS)


def test_test_and_voted_texts_are_predicted_once_a_seed(study, monkeypatch):
    predicted = train(monkeypatch)
    assert predicted["split"].tolist() == ["test", "test", "voted"] * 2
    assert predicted["seed"].tolist() == [1] * 3 + [2] * 3
    assert predicted["predicted"].tolist() == ["warm", "cold", "warm"] * 2
    assert Path("c.csv").read_text() == "seed,epoch,part,loss,accuracy\n"


def test_the_encoder_learns_and_equal_runs_give_equal_bytes(study, monkeypatch):
    predicted = train(monkeypatch, "minilm")
    assert predicted["predicted"].tolist() == ["warm", "cold", "warm"] * 2
    seed, epoch, part, loss, accuracy = Path("c.csv").read_text().splitlines()[-1].split(",")
    assert (seed, epoch, part, accuracy) == ("2", "5.0", "training", "1.0")
    assert float(loss) < 0.5
    before = Path("p.parquet").read_bytes(), Path("c.csv").read_bytes()
    train(monkeypatch, "minilm")
    assert (Path("p.parquet").read_bytes(), Path("c.csv").read_bytes()) == before


def test_with_a_number_of_threads_a_fit_is_the_same_on_any_number_of_cores(study):
    long = [" ".join(map(str, range(i, i + 60))) for i in range(32)]
    tables.write_texts(texts(long[:16], long[16:]), Path("train.jsonl"), tables.TEXTS)
    settings = {"max_tokens": 96, "batch": 8, "steps": 8, "threads": 1}
    study["models"]["minilm"] |= settings
    write(study)
    found = set()
    for cores in "12":
        done = subprocess.run(
            [sys.executable, SCRIPT, *flags("minilm")], capture_output=True, text=True,
            env={**os.environ, "OMP_NUM_THREADS": cores},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.add(Path("p.parquet").read_bytes())
    assert len(found) == 1


def damaged(change):
    def damage(params):
        change(params)
        write(params)

    return damage


BAD = {
    "model missing": (damaged(lambda p: p["models"].pop("words")), "models.words is missing"),
    "kind unknown": (
        damaged(lambda p: p["models"]["words"].update(kind="svm")),
        "models.words: Input tag 'svm' found using 'kind' does not match any of the expected",
    ),
    "key unknown": (
        damaged(lambda p: p["models"]["words"].update(ngram=2)),
        "models.words.ngram: Extra inputs are not permitted, found 2",
    ),
    "out of range": (
        damaged(lambda p: p["models"]["words"].update(ngrams=0)),
        "models.words.ngrams: Input should be greater than or equal to 1, found 0",
    ),
    "seed twice": (damaged(lambda p: p["study"].update(seeds=[1, 1])), "1 is listed twice"),
    "one label": (
        damaged(lambda p: p["tasks"]["weather"].update(labels=["warm"])),
        "tasks.weather.labels: List should have at least 2 items",
    ),
    "one label in the table": (
        lambda p: tables.write_texts(texts(WARM, []), Path("train.jsonl"), tables.TEXTS),
        "train.jsonl: every text has the label 'warm', expected at least two",
    ),
    "label lacking": (
        damaged(lambda p: p["tasks"]["weather"].update(labels=["warm", "mild"])),
        "train.jsonl: id 't4' has the label 'cold', expected one of ['warm', 'mild']",
    ),
    "no table": (lambda p: Path("test.jsonl").unlink(), "test.jsonl: cannot be read (No such file"),
    "no rows": (lambda p: Path("train.jsonl").write_text(""), "train.jsonl: no rows"),
    "broken": (
        lambda p: Path("voted.jsonl").write_text('{"id": "1", '),
        "voted.jsonl, line 1: not valid JSON",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_leaves_no_output(study, monkeypatch, name):
    damage, message = BAD[name]
    damage(study)
    with pytest.raises(SystemExit) as ended:
        train(monkeypatch)
    assert str(ended.value).startswith("train: ")
    assert message in str(ended.value)
    assert "\n" not in str(ended.value)
    assert not Path("p.parquet").exists()
    assert not Path("c.csv").exists()
