import copy
import functools
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from synthgap import check
from synthgap.cli import app
from synthgap.floor import params, tables
from tests.tell import hand_made

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, arguments)


@pytest.fixture(scope="session")
def own_params():
    """The project's own params, with two tasks only: the parser takes its time."""
    content = params.load(ROOT / "params.yaml")
    tasks = {name: content["tasks"][name] for name in ("humor", "imdb")}
    return content | {"study": content["study"] | {"tasks": list(tasks)}, "tasks": tasks}


@pytest.fixture
def write_params(own_params, folder):
    return functools.partial(_write_params, copy.deepcopy(own_params), folder)


def _write_params(content, folder, *changes):
    """Write params with some values changed; a value of None is taken out."""
    for key, value in changes:
        *parents, last = key.split(".")
        section = content
        for parent in parents:
            section = section[parent]
        if value is None:
            del section[last]
        else:
            section[last] = value
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML(typ="safe").dump(content, out)
    for source in ("zero_shot", "few_shot"):
        for task in ("humor", "imdb"):
            tables.write_plain("", folder / "data/corpora" / source / f"{task}.jsonl")


def test_the_projects_own_params_pass():
    assert check.check(ROOT / "params.yaml").warnings == []


def test_plan_says_what_the_study_consists_of(write_params):
    write_params(("study.models", ["tfidf"]), ("study.seeds", [1, 2, 3, 4]))
    done = run("plan")
    assert (done.exit_code, done.stderr) == (0, "")
    # 2 tasks, 3 sources, 1 model are 6 cells; 4 seeds make 24 fits of them.
    assert done.stdout.splitlines() == [
        "tasks    humor, imdb",
        "sources  real, zero_shot, few_shot",
        "models   tfidf",
        "seeds    1, 2, 3, 4",
        "2 tasks, 6 cells to train, 24 fits",
        "disk: about 4 MB of texts and predictions",
    ]


def test_a_plan_without_real_texts_is_warned_of_and_passes(write_params):
    write_params(("study.sources", ["zero_shot"]))
    done = run("plan")
    assert done.exit_code == 0
    assert "without 'real' there is nothing to compare with" in done.stderr


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("study.tasks", ["humour"], "study.tasks: 'humour' is not defined, only humor, imdb"),
        ("study.models", ["bert5"], "study.models: 'bert5' is not defined, only .*minilm"),
        ("study.sources", ["real", "gpt"], "study.sources: 'gpt' is not defined, only few_shot, "),
        ("study.seeds", [1, 1], "study.seeds: .*1 is listed twice"),
        ("study.seeds", [], "study.seeds: List should have at least 1 item"),
        ("study.tasks", ["a-b"], "study.tasks.0: .*lower-case letters, .* found 'a-b'"),
        ("study.task", ["humor"], "study.task: Extra inputs are not permitted"),
        ("fetch.seed", None, "fetch.seed: Field required"),
        ("fetch.pool_share", "much", "fetch.pool_share: .*valid number, found 'much'"),
        ("generate.per_label", 0, "generate.per_label: .*greater than 0, found 0"),
        (
            "evaluate.tolerance",
            -0.1,
            "evaluate.tolerance: .*greater than or equal to 0, found -0.1",
        ),
        ("evaluate.tolerance", float("nan"), "evaluate.tolerance: .*found nan"),
        ("models.MiniLM", {"kind": "tfidf"}, "models.MiniLM: .*lower-case letters"),
        ("models.tfidf", {"kind": "svm"}, "models.tfidf: .*'tfidf'"),
        ("tasks.humor.labels", ["humor"], "tasks.humor.labels: List should have at least 2"),
        ("tasks.humor.labels", ["yes", "no"], "tasks.humor.dataset.names: found the labels"),
        (
            "tasks.humor.prompt.descriptions.funny",
            "a joke",
            "tasks.humor.prompt.descriptions: found the labels .*'funny'.*, expected",
        ),
        ("train", {"epochs": 3}, "train is a section that no stage reads"),
        ("trian", {"epochs": 3}, "trian is a section that no stage reads"),
        ("evaluate", None, "evaluate is missing"),
    ],
)
def test_plan_refuses_bad_params_with_one_line(write_params, key, value, line):
    write_params((key, value))
    done = run("plan")
    assert done.exit_code == 1
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    assert re.match(f"synthgap: params.yaml: {line}", said)


def test_plan_names_all_tasks_without_a_corpus_before_anything_starts(write_params, folder):
    write_params()
    for file in ("zero_shot/humor", "few_shot/humor", "few_shot/imdb"):
        (folder / "data/corpora" / f"{file}.jsonl").unlink()
    done = run("plan")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        "synthgap: data/corpora: no texts for humor (zero_shot, few_shot), imdb (few_shot), "
        "expected a file SOURCE/TASK.jsonl for each; put corpora there, or have them written "
        "(generate.backend: api), or train on human texts alone (study.sources: [real]), or take "
        "the tasks out of study.tasks\n"
    )


@pytest.mark.parametrize(
    "changes",
    [[("study.sources", ["real"])], [("generate.backend", "api"), ("llm.model", "m")]],
    ids=["human texts alone", "another backend"],
)
def test_plan_needs_no_corpus_that_nothing_reads(write_params, folder, changes):
    write_params(*changes)
    shutil.rmtree(folder / "data/corpora")
    assert run("plan").exit_code == 0


def test_plan_needs_a_params_file(folder):
    done = run("plan")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "synthgap: params.yaml: cannot be read (No such file or directory)"
    ]


def test_debug_shows_where_bad_input_was_noticed(folder):
    done = run("plan", "--debug")
    assert type(done.exception).__name__ == "InputError"


def write_summary(folder, **changed):
    whole = hand_made.summary(**changed).model_dump(exclude_none=True)
    tables.write_metrics(whole, folder / "metrics/summary.json")


def test_verdicts_shows_the_table_without_colours_in_a_pipe(folder):
    write_summary(folder)
    done = run("verdicts")
    assert (done.exit_code, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["weather", "90.0", "60.0", "+30.0", "falls", "short"] in lines
    assert "\x1b" not in done.stdout
    assert "Demonstration" not in done.stdout


def test_verdicts_says_when_the_data_are_the_sample(folder):
    write_summary(folder, origin="sample")
    assert "Demonstration only" in run("verdicts").stdout


def test_verdicts_points_to_the_pages_and_the_figure_that_are_there_the_report_last(folder):
    write_summary(folder)
    assert "summary.md" not in run("verdicts").stdout
    files = ["metrics/summary.md", "plots/figures/scores.png", "plots/report.html"]
    for name in files:
        tables.write_plain("", folder / name)
    assert run("verdicts").stdout.splitlines()[-3:] == files


def test_verdicts_before_the_study_has_run_is_refused_with_one_line(folder):
    done = run("verdicts")
    assert done.exit_code == 1
    (said,) = done.stderr.splitlines()
    assert said.startswith("synthgap: metrics/summary.json: cannot be read")


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_whose_user_wants_them(folder, no_color, coloured):
    write_summary(folder)
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": no_color}
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from synthgap.cli import app; app()", "verdicts"]
    subprocess.run(command, stdout=theirs, env=environment, check=True)
    os.close(theirs)
    printed = os.read(ours, 100_000)
    os.close(ours)
    assert (b"\x1b[31m" in printed) == coloured


def test_help_imports_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'pydantic', 'matplotlib', 'torch', 'sklearn', 'jinja2'}"
    program = f"import sys, synthgap.cli; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()"
    assert run("--help").exit_code == 0
