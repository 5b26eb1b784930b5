import csv
import re
import shutil
from pathlib import Path

import pytest

from synthgap.floor import tables
from tests.stages import fake_study
from tests.stages.fake_study import PLAN


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evaluated")
    fake_study.write_study(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for task in PLAN["tasks"]:
            fake_study.evaluate(task)
    return folder


@pytest.fixture
def study(evaluated, tmp_path, monkeypatch):
    folder = tmp_path / "study"
    shutil.copytree(evaluated, folder)
    monkeypatch.chdir(folder)
    return folder


def rows(path):
    return list(csv.DictReader(Path(path).read_text(encoding="utf-8").splitlines()))


def test_the_summary_has_the_numbers_of_the_scorecards_in_full(study):
    fake_study.summarize()
    summary = fake_study.read("metrics/summary.json")
    card = fake_study.read("metrics/evaluate/moods.json")["models"]["tfidf"]["zero_shot"]
    line = summary["tasks"]["moods"]["tfidf"]["zero_shot"]
    for place, ends in (("macro_f1", "interval"), ("gap", "gap_interval")):
        number = card[place]
        assert (line[place], line[ends]) == (number["value"], [number["low"], number["high"]])
    assert line["verdict"] == card["verdict"]
    assert summary["data"] == {"source": "mirror"}
    assert summary["plan"] == PLAN


def test_plot_data_has_every_cell_and_every_gap(study):
    fake_study.summarize()
    cells = len(PLAN["tasks"]) * len(PLAN["sources"]) * len(PLAN["models"])
    assert len(rows("plots/scores.csv")) == cells
    assert len(rows("plots/gaps.csv")) == cells * 2 // 3
    line = fake_study.read("metrics/summary.json")["tasks"]["moods"]["tfidf"]["few_shot"]
    (row,) = [
        row
        for row in rows("plots/gaps.csv")
        if (row["task"], row["source"], row["model"]) == ("moods", "few_shot", "tfidf")
    ]
    assert float(row["gap"]) == line["gap"]
    assert (row["n"], row["verdict"]) == ("60", line["verdict"])


@pytest.mark.parametrize(
    ("axis", "left", "gone"),
    [("tasks", ["moods"], "weather"), ("models", ["tfidf"], "minilm")],
)
def test_what_is_taken_out_of_the_plan_leaves_no_number(study, axis, left, gone):
    fake_study.write_params(study, PLAN | {axis: left})
    fake_study.summarize()
    for name in ("metrics/summary.json", "plots/scores.csv", "plots/gaps.csv"):
        assert gone not in (study / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("axis", "left", "gone"), [("sources", ["real", "zero_shot"], "few_shot"), ("seeds", [2], "1")]
)
def test_so_do_sources_and_seeds_once_the_tasks_are_evaluated_anew(study, axis, left, gone):
    fake_study.write_params(study, PLAN | {axis: left})
    if axis == "seeds":
        fake_study.write_study(study, PLAN | {axis: left})
    fake_study.write_diversity(study, PLAN | {axis: left})
    for task in PLAN["tasks"]:
        fake_study.evaluate(task)
    fake_study.summarize()
    summary = fake_study.read("metrics/summary.json")
    assert summary["plan"][axis] == left
    assert gone not in summary["tasks"]["moods"]["tfidf"]


def test_the_sample_is_called_a_demonstration(study):
    fake_study.write_study(study, origin="sample")
    fake_study.summarize()
    data = fake_study.read("metrics/summary.json")["data"]
    assert data["demonstration"] is True
    assert data["warning"].startswith("Demonstration only")


def other_origin(folder):
    tables.write_metrics({"source": "hub"}, folder / "metrics/fetch/weather.json")


def remove(name):
    return lambda folder: (folder / name).unlink()


def write(name, text):
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (remove("metrics/evaluate/moods.json"), "metrics/evaluate/moods.json: cannot be read"),
        (remove("metrics/fetch/weather.json"), "metrics/fetch/weather.json: cannot be read"),
        (other_origin, "metrics/fetch/weather.json: source is 'hub', expected 'mirror'"),
        (write("metrics/evaluate/moods.json", "{}"), "metrics/evaluate/moods.json.n: Field req"),
        (write("metrics/evaluate/moods.json", "{"), "metrics/evaluate/moods.json: not valid JSON"),
        (
            lambda folder: fake_study.write_params(folder, PLAN | {"seeds": [1]}),
            r"metrics/evaluate/weather.json: seeds are \[1, 2\], expected the plan's \[1\]",
        ),
        (
            lambda folder: fake_study.write_params(folder, PLAN | {"tasks": ["moods", "moods"]}),
            "params.yaml: study.tasks: Value error, 'moods' is listed twice",
        ),
    ],
    ids=["card", "fetched", "origin", "empty", "json", "seeds", "twice"],
)
def test_bad_input_ends_in_one_line_and_leaves_no_output(study, damage, line):
    damage(study)
    said = fake_study.refusal("summarize", study, fake_study.SUMMARIZE)
    assert re.match(f"summarize: {line}", said)
    assert not (study / "metrics/summary.json").exists()
    assert not (study / "plots/scores.csv").exists()
