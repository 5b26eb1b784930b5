"""The stage, run as DVC runs it, in a folder with a params.yaml."""

import importlib.util
import json
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from ruamel.yaml import YAML

SCRIPT = Path(__file__).resolve().parents[2] / "stages" / "rank_tasks.py"
HEADER = "judge,task_a,task_b,more_objective\n"


def write_params(folder, tasks=("news", "moods", "jokes"), **changes):
    settings = {"penalty": 0.05, "llm_judges": ["robot"], "resamples": 100, "seed": 1} | changes
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        plan = {"tasks": list(tasks), "sources": ["real"], "models": ["m"], "seeds": [1]}
        YAML().dump({"study": plan, "rank_tasks": settings}, out)


def write_judge(folder, judge, *order):
    """Write all pairs as a judge decides them who has the tasks in this order."""
    rows = "".join(f"{judge},{b},{a},{a}\n" for a, b in combinations(order, 2))
    (folder / "judgments" / f"{judge}.csv").write_text(HEADER + rows, encoding="utf-8")


def run(folder):
    command = [sys.executable, str(SCRIPT), "--judgments", "judgments", "--metrics", "m/ranks.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def stage_main():
    spec = importlib.util.spec_from_file_location("stage_rank_tasks", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "judgments").mkdir()
    write_judge(tmp_path, "ann", "news", "spam", "moods", "jokes")
    write_judge(tmp_path, "robot", "news", "spam", "jokes", "moods")
    (tmp_path / "judgments/README.md").write_text("Who these judges are.", encoding="utf-8")
    write_params(tmp_path)
    return tmp_path


def test_the_plans_tasks_are_ranked_and_no_others(folder):
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert "6 judgments rank 3 of 3 tasks, 6 others left out" in done.stderr
    card = json.loads((folder / "m/ranks.json").read_bytes())
    assert {task: line["rank"] for task, line in card["tasks"].items()} == {
        "news": 1,
        "moods": 2.5,
        "jokes": 2.5,
    }
    assert card["judgments"] == "human and llm"


def test_the_same_judgments_give_the_same_bytes(folder, monkeypatch):
    monkeypatch.chdir(folder)
    for name in ("a.json", "b.json"):
        stage_main()(Path("judgments"), Path(name))
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_a_folder_without_judgments_is_no_error(folder, monkeypatch):
    monkeypatch.chdir(folder)
    Path("none").mkdir()
    stage_main()(Path("none"), Path("ranks.json"))
    card = json.loads(Path("ranks.json").read_bytes())
    assert (card["judgments"], list(card["unranked"])) == ("none", ["jokes", "moods", "news"])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda folder: shutil.rmtree(folder / "judgments"),
            "judgments: no such folder, expected one with CSV tables",
        ),
        (
            lambda folder: (folder / "judgments/bob.csv").write_text(
                HEADER + "bob,news,jokes,me\n"
            ),
            "judgments/bob.csv, judgment 1: more_objective is 'me', expected 'news' or 'jokes'",
        ),
        (
            lambda folder: shutil.copy(folder / "judgments/ann.csv", folder / "judgments/b.csv"),
            "judgments/b.csv, judgment 1: ann, spam, news stands in judgments/ann.csv, judgment 1 "
            "already, expected once",
        ),
        (
            lambda folder: write_params(folder, penalty=0),
            "params.yaml: rank_tasks.penalty: Input should be greater than 0, found 0",
        ),
    ],
    ids=["no folder", "strange answer", "file twice", "no penalty"],
)
def test_bad_input_ends_in_one_line_and_leaves_no_output(folder, damage, message):
    damage(folder)
    done = run(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"rank_tasks: {message}\n"
    assert not (folder / "m").exists()
