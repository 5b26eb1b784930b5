"""The stage, on a hand-made task: in this process, and as DVC runs it for what bad input gets."""

import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from synthgap.floor import tables

SCRIPT = Path(__file__).resolve().parents[2] / "stages" / "subjectivity.py"
LABELS = ["sun", "rain"]
FILES = {
    "votes": "data/votes/weather.parquet",
    "test": "data/test/weather.jsonl",
    "voted": "data/voted/weather.jsonl",
    "train": "data/train/weather",
    "predictions": "data/predictions/weather",
    "metrics": "metrics/weather.json",
    "curve": "plots/curve.csv",
    "bins": "plots/bins.csv",
}
# Text, table, label, its votes, and how often zero-shot is right in the two seeds. Real always is.
TEXTS = [
    ("a", "test", "sun", ["sun", "sun", "sun"], 2),
    ("b", "test", "rain", ["rain", "sun", "rain"], 1),
    ("c", "voted", "rain", ["rain", "sun"], 0),
    ("d", "voted", "sun", ["sun", "sun"], 2),
    ("e", "test", "sun", ["sun"], 0),
    ("f", "test", "sun", None, 0),
]


def write_params(folder, **changes):
    settings = {"min_votes": 2, "min_rows": 2, "bins": [0.0, 0.6, 1.0], "resamples": 100, "seed": 1}
    plan = {
        "tasks": ["weather"],
        "sources": ["real", "zero_shot"],
        "models": ["m"],
        "seeds": [3, 1],
    }
    content = {
        "study": plan,
        "subjectivity": settings | changes,
        "tasks": {"weather": {"labels": LABELS}},
    }
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(content, out)


def write_votes(path, by_id):
    table = pd.DataFrame({"id": list(by_id), "votes": list(by_id.values())})
    shares = [max(map(votes.count, votes)) / len(votes) for votes in by_id.values()]
    tables.write_numbers(table.assign(agreement=shares), path, tables.VOTES)


def write_predictions(path, hits_by_id, seeds=(3, 1)):
    rows = []
    for number, seed in enumerate(seeds):
        for name, split, label, _, _ in TEXTS:
            right = number < hits_by_id[name]
            predicted = label if right else LABELS[1 - LABELS.index(label)]
            rows.append((name, split, seed, label, predicted, [0.5, 0.5]))
    names = tables.PREDICTIONS.names
    tables.write_numbers(pd.DataFrame(rows, columns=names), path, tables.PREDICTIONS)


def write_training(source, text):
    frame = pd.DataFrame([("t", text, "sun")], columns=tables.TEXTS.names)
    tables.write_texts(frame, Path(FILES["train"]) / f"{source}.jsonl", tables.TEXTS)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_params(tmp_path)
    for split in ("test", "voted"):
        rows = [(name, f"text {name}", label) for name, of, label, _, _ in TEXTS if of == split]
        frame = pd.DataFrame(rows, columns=tables.TEXTS.names)
        tables.write_texts(frame, Path(FILES[split]), tables.TEXTS)
    for source in ("real", "zero_shot"):
        write_training(source, "seen by nobody else")
    write_votes(Path(FILES["votes"]), {name: votes for name, _, _, votes, _ in TEXTS if votes})
    cells = Path(FILES["predictions"])
    write_predictions(cells / "real/m.parquet", dict.fromkeys("abcdef", 2))
    write_predictions(cells / "zero_shot/m.parquet", {name: hits for name, *_, hits in TEXTS})
    return tmp_path


def run_here():
    spec = importlib.util.spec_from_file_location("stage_subjectivity", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main("weather", *map(Path, FILES.values()))
    return json.loads(Path(FILES["metrics"]).read_bytes())


def run_script(folder):
    arguments = [part for name, path in FILES.items() for part in (f"--{name}", path)]
    command = [sys.executable, str(SCRIPT), "--task", "weather", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def csv_rows(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_numbers_of_a_hand_made_task(folder):
    # e has one vote and does not count, f has none. Agreements: c 1/2, b 2/3, a and d 1.
    # Zero-shot is right in 5 of 8 at 1/2, 5 of 6 at 2/3, 4 of 4 at 1.
    card = run_here()
    assert (card["votes"], card["n_texts"], card["n_votes"]) == ("human", 4, 10)
    assert (card["left_out_rows"], card["scored_rows"]) == (1, 4)
    assert card["mean_agreement"]["value"] == pytest.approx((1 / 2 + 2 / 3 + 1 + 1) / 4)
    assert card["models"]["m"]["real"]["slope"]["value"] == 0
    assert card["models"]["m"]["zero_shot"]["rho"] == 1
    assert card["models"]["m"]["zero_shot"]["slope_difference"]["n"] == 4
    header, *rows = csv_rows(FILES["curve"])
    assert header == ["task", "source", "model", "threshold", "accuracy", "low", "high", "n"]
    zero_shot = [[float(cell) for cell in row[3:5] + row[7:]] for row in rows if row[1] != "real"]
    assert zero_shot == [[1 / 2, 5 / 8, 4], [2 / 3, 5 / 6, 3], [1, 1, 2]]
    header, *rows = csv_rows(FILES["bins"])
    assert header == ["task", "source", "model", "start", "end", "accuracy", "low", "high", "n"]
    assert [row[3:6] + row[8:] for row in rows if row[1] != "real"] == [
        ["0.0", "0.6", "0.0", "1"],
        ["0.6", "1.0", "0.5", "1"],
        ["1.0", "1.0", "1.0", "2"],
    ]


def test_the_same_input_gives_the_same_bytes(folder):
    outputs = [Path(FILES[name]) for name in ("metrics", "curve", "bins")]
    run_here()
    first = [path.read_bytes() for path in outputs]
    run_here()
    assert [path.read_bytes() for path in outputs] == first


def test_a_text_that_a_source_was_trained_on_is_asked_of_no_model(folder):
    before = run_here()["scored_rows"]
    write_training("zero_shot", "TEXT  a")
    assert run_here()["scored_rows"] == before - 1


def test_cells_that_have_left_the_plan_are_not_read(folder):
    Path(FILES["predictions"], "real/old.parquet").write_bytes(b"not a table")
    assert list(run_here()["models"]) == ["m"]


def test_a_task_without_votes_has_an_entry_that_says_so_and_empty_plot_data(folder):
    write_votes(Path(FILES["votes"]), {})
    assert run_here() == {
        "votes": "none",
        "absent": {"mean_agreement": "the task has no texts with votes"},
    }
    assert len(csv_rows(FILES["curve"])) == len(csv_rows(FILES["bins"])) == 1


def test_published_agreement_without_votes_has_curves_but_no_alpha(folder):
    table = pd.DataFrame({"id": list("abcd"), "votes": [[]] * 4, "agreement": [1, 0.66, 0.5, 1.0]})
    tables.write_numbers(table, Path(FILES["votes"]), tables.VOTES)
    card = run_here()
    assert card["mean_agreement"]["value"] == pytest.approx(0.79)
    assert "alpha" not in card
    assert "published" in card["absent"]["alpha"]
    assert card["models"]["m"]["zero_shot"]["n_thresholds"] == 3


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda: write_votes(Path(FILES["votes"]), {"a": ["sun", "hail"]}),
            "data/votes/weather.parquet: id 'a' has a vote for 'hail', expected one of "
            "['sun', 'rain']",
        ),
        (
            lambda: write_predictions(
                Path(FILES["predictions"], "real/m.parquet"), dict.fromkeys("abcdef", 1), seeds=[1]
            ),
            "data/predictions/weather/real/m.parquet: predictions of seeds [1], expected [1, 3]",
        ),
        (
            lambda: write_params(Path(), bins=[0.5, 1.0]),
            "params.yaml: subjectivity.bins: Value error, expected growing numbers from 0 to 1, "
            "found [0.5, 1.0]",
        ),
    ],
    ids=["strange vote", "seeds", "bins"],
)
def test_bad_input_ends_in_one_line_and_leaves_no_output(folder, damage, message):
    damage()
    done = run_script(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"subjectivity: {message}\n"
    assert not Path("metrics").exists()
