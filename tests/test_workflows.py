"""The workflow files: that a host takes them, and that they give strangers no rights."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from synthgap.tell.comment import LIMIT, MARKER

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
# YAML 1.1, as the host reads it, would make the key `on` a boolean; 1.2 does not.
WORKFLOWS = {file.stem: YAML(typ="safe").load(file.read_text(encoding="utf-8")) for file in FILES}


def steps(name):
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"]]


def scripts(name):
    return "\n".join(step["run"] for step in steps(name) if "run" in step)


def test_there_are_the_checks_the_study_and_the_comment():
    assert set(WORKFLOWS) == {"ci", "study", "comment"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it(name):
    text = (ROOT / f".github/workflows/{name}.yml").read_text(encoding="utf-8")
    used = [line.strip() for line in text.splitlines() if "uses:" in line]
    pinned = re.compile(r"- uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [line for line in used if not pinned.fullmatch(line)] == []
    assert sum("uses" in step for step in steps(name)) == len(used)


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("ci", {"contents": "read"}),
        ("study", {"contents": "read"}),
        ("comment", {"actions": "read", "pull-requests": "write"}),
    ],
)
def test_rights_are_the_least_that_are_needed(name, rights):
    assert WORKFLOWS[name]["permissions"] == rights
    assert all("permissions" not in job for job in WORKFLOWS[name]["jobs"].values())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_job_has_a_time_limit(name):
    assert all(job["timeout-minutes"] <= 180 for job in WORKFLOWS[name]["jobs"].values())


@pytest.mark.parametrize("name", ["ci", "study"])
def test_code_of_a_pull_request_gets_no_secret(name):
    text = (ROOT / f".github/workflows/{name}.yml").read_text(encoding="utf-8")
    assert "pull_request" in WORKFLOWS[name]["on"]
    assert "pull_request_target" not in text
    assert not re.search(r"secrets|github\.token", text)
    checkouts = [step for step in steps(name) if "checkout" in step.get("uses", "")]
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False]


def test_the_workflow_that_may_write_runs_no_code_of_the_pull_request():
    assert set(WORKFLOWS["comment"]["on"]) == {"workflow_run"}
    assert WORKFLOWS["comment"]["on"]["workflow_run"]["workflows"] == [WORKFLOWS["study"]["name"]]
    assert all("uses" not in step for step in steps("comment"))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_scripts_get_what_the_event_says_by_their_environment_only(name):
    assert "${{" not in scripts(name)


def test_the_checks_are_the_one_command():
    assert scripts("ci") == ".ci/run"


def test_the_study_compares_with_the_branch_it_is_for():
    assert ".ci/study HEAD^1" in scripts("study")
    assert 'synthgap compare "$(cat .dvc/tmp/compared)" > comment/comment.md' in scripts("study")


def test_the_comment_is_found_again_and_fits():
    script = scripts("comment")
    assert script.count(MARKER) == 2, "written, and looked for"
    (cut,) = re.findall(r"\.\[0:(\d+)\]", script)
    assert LIMIT < int(cut) < 65_536


@pytest.mark.parametrize("script", ["run", "study"])
def test_what_the_workflows_call_can_be_run(script):
    file = ROOT / ".ci" / script
    assert file.stat().st_mode & 0o111
    assert "set -euo pipefail" in file.read_text(encoding="utf-8")
