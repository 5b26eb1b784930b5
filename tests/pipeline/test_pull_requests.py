"""What a pull request is told, by DVC and by `synthgap compare`, in real repositories."""

import json
import re
import subprocess

import pytest

from tests.pipeline.conftest import Repository, ran
from tests.pipeline.test_rerun import downstream, trained

INTERVAL = r"[+-]?\d+\.\d \([+-]?\d+\.\d to [+-]?\d+\.\d\)"


def test_compare_names_the_task_the_change_with_its_interval_and_the_changed_verdict(reworded):
    told = reworded.run("synthgap", "compare", "HEAD~1")
    (sentence,) = [line for line in told.splitlines() if line.startswith("- `")]
    assert re.fullmatch(
        r"- `humor`, words, zero-shot texts: falls short → \*\*undecided\*\*\. "
        rf"Macro-F1 {INTERVAL} → {INTERVAL}, changed by {INTERVAL} points; "
        rf"gap to real texts {INTERVAL} → {INTERVAL}\.",
        sentence,
    )
    assert "**1 of 2 verdicts and the scores of 1 of 4 cells changed.**" in told
    assert "set off by `tasks.humor.prompt.zero_shot`" in told
    assert "| `train` (`humor-zero_shot-words`) | 1 | 1 |" in told
    assert "`plots/figures/scores.png`" in told
    assert "| metrics/summary.json | tasks.humor.words.zero_shot.verdict | falls short |" in told
    assert "| params.yaml | tasks.humor.prompt.zero_shot | " in told
    assert len(told) < 65_536


@pytest.fixture
def ci(repository):
    """A repository whose script for pull requests can run: nothing is installed, all is there."""
    stub = repository.folder.parent / "bin" / "make"
    stub.parent.mkdir()
    stub.write_text("#!/bin/sh\n", encoding="utf-8")
    stub.chmod(0o755)
    return f"PATH={stub.parent}:$PATH exec .ci/study"


def test_results_that_are_not_up_to_date_are_made_for_the_base_and_the_change(repository, ci):
    repository.set("study.tasks", ["humor"])
    repository.set("models.words.inverse_penalty", 1e-4)
    repository.commit("one task and a weaker model, without its results")
    expected = {"rank_tasks"} | trained(["humor"]) | downstream("humor")
    assert ran(repository.run("bash", "-c", f"{ci} HEAD^1")) == expected
    base = (repository.folder / ".dvc/tmp/compared").read_text(encoding="utf-8").strip()
    metrics = repository.run("dvc", "metrics", "diff", "--md", base)
    assert "tasks.humor.words.zero_shot.gap" in metrics
    assert "models.words.inverse_penalty" in repository.run("dvc", "params", "diff", "--md", base)
    assert "set off by `models.words`" in repository.run("synthgap", "compare", base)
    plots = json.loads(repository.run("dvc", "plots", "diff", base, "--json"))
    assert "errors" not in plots
    for name in ("Macro-F1 by task and source", "plots/confusion/humor/real/words.csv"):
        (plot,) = plots["data"][name]
        assert plot["revisions"] == ["workspace", base]
    assert "<DVC_METRIC" not in json.dumps(plots)


def test_a_fresh_clone_with_its_results_compares_them_without_data_and_runs_nothing(studied, ci):
    origin, folder = studied.folder, studied.folder.parent / "clone"
    subprocess.run(["git", "clone", "--quiet", origin, folder], check=True, capture_output=True)
    clone = Repository(folder)
    assert "Running stage" not in clone.run("bash", "-c", f"{ci} HEAD")
    base = (folder / ".dvc/tmp/compared").read_text(encoding="utf-8").strip()
    assert base == clone.run("git", "rev-parse", "HEAD").strip()
    assert "**No score changed** (6 cells compared)." in clone.run("synthgap", "compare", base)
