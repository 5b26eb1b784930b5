"""`synthgap compare` in small real git repositories, without a pipeline in them."""

import json
import re
import subprocess

import pytest
from typer.testing import CliRunner

from synthgap import revisions
from synthgap.cli import app
from synthgap.floor import tables
from tests.tell import hand_made
from tests.tell.test_comment import BETTER


def git(*arguments):
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def write_summary(folder, cards=None, **changed):
    whole = hand_made.summary(cards, **changed).model_dump(exclude_none=True)
    tables.write_metrics(whole, folder / "metrics/summary.json")


def commit(message):
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A git and DVC repository with a summary that is committed as `main`."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet", "--initial-branch", "main")
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config").write_text("[core]\n    analytics = false\n", encoding="utf-8")
    (tmp_path / "dvc.yaml").write_text("metrics:\n  - metrics/summary.json\n", encoding="utf-8")
    write_summary(tmp_path)
    commit("study")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["compare", *arguments])


def refused(*arguments):
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    return line


def test_what_the_working_tree_changed_is_told_with_dvcs_own_tables(folder):
    (folder / "params.yaml").write_text("study:\n  seeds: [1]\n", encoding="utf-8")
    write_summary(folder, BETTER)
    done = run("main")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "weather`, minilm, zero-shot texts: falls short → **stands in**" in done.stdout
    assert (
        "| metrics/summary.json | tasks.weather.minilm.zero_shot.gap | 0.3 | 0.0 |" in done.stdout
    )
    assert "| params.yaml | study.seeds | - | [1] |" in done.stdout
    table = [line for line in done.stdout.splitlines() if line.startswith("| metrics/summary.json")]
    assert [line.split(" | ")[1] for line in table if "tasks.weather" in line] == [
        f"tasks.weather.minilm.zero_shot.{number}" for number in ("gap", "macro_f1", "verdict")
    ]


def test_nothing_changed_is_told_too(folder):
    done = run("HEAD")
    assert "**No score changed**" in done.stdout
    assert "`dvc metrics diff --md`: no change." in done.stdout
    assert "`dvc params diff --md`: no change." in done.stdout


def test_stages_are_read_from_both_lock_files(folder):
    entry = {"cmd": "x", "params": {"params.yaml": {"study.seeds": [1]}}}
    (folder / "dvc.lock").write_text(json.dumps({"schema": "2.0", "stages": {"train": entry}}))
    commit("lock")
    entry["params"]["params.yaml"]["study.seeds"] = [1, 2]
    (folder / "dvc.lock").write_text(json.dumps({"schema": "2.0", "stages": {"train": entry}}))
    assert (
        "1 of 1 stage ran, or came from the run cache; set off by `study.seeds`"
        in run("main").stdout
    )


def test_figures_that_differ_or_are_new_are_named(folder):
    for name in ("scores.png", "same.png"):
        tables.write_plain("a picture", folder / "plots/figures" / name)
    commit("figures")
    for name in ("scores.png", "a new one.png"):
        tables.write_plain("another picture", folder / "plots/figures" / name)
    redrawn = "Redrawn: `plots/figures/a new one.png`, `plots/figures/scores.png`."
    assert redrawn in run("main").stdout


@pytest.mark.parametrize("name", ["nowhere", "--all", "HEAD~9", "main; ls", ""])
def test_an_unknown_revision_is_refused(folder, name):
    assert refused("--", name).startswith(f"synthgap: revision {name!r} is not known to git here")


def test_a_folder_without_git_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refused("HEAD") == (
        "synthgap: the current folder is in no git repository, expected the study's"
    )


def test_a_revision_without_a_study_is_refused(folder):
    (folder / "metrics/summary.json").rename(folder / "kept.json")
    commit("no study")
    assert refused("HEAD").endswith(
        ") has no metrics/summary.json; expected a summary as this version writes it"
    )


def test_a_working_tree_without_a_study_is_refused(folder):
    (folder / "metrics/summary.json").unlink()
    assert refused("HEAD").startswith("synthgap: metrics/summary.json: cannot be read")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "not valid JSON"),
        (b"[]", "Input should be .*dictionary"),
        (b'{"tasks": {}}', "data: Field required"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_revision_with_another_summary_is_refused(folder, content, said):
    (folder / "metrics/summary.json").write_bytes(content)
    commit("older")
    git("tag", "older")
    write_summary(folder)
    line = refused("older")
    assert line.startswith("synthgap: metrics/summary.json of older (")
    assert said.split(".*")[-1] in line
    assert line.endswith("; expected a summary as this version writes it")


def test_a_damaged_lock_file_is_refused(folder):
    (folder / "dvc.lock").write_text("stages: {\n", encoding="utf-8")
    commit("damaged")
    assert "dvc.lock of HEAD (" in refused("HEAD")


def test_a_pipeline_that_dvc_refuses_is_refused_with_what_dvc_says(folder):
    (folder / ".dvc/config").write_text("[core\n", encoding="utf-8")
    assert re.match("synthgap: dvc metrics diff HEAD: .*config file error", refused("HEAD"))


def test_files_are_those_of_the_current_folder(folder, monkeypatch):
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    revision = revisions.resolve("main")
    assert revisions.file_at(revision, "dvc.yaml") is None
    assert revisions.file_at(revision, "../dvc.yaml").startswith("metrics:")
