"""The script of comment.yml, run for real beside a `gh` that answers from files."""

import json
import os
import shutil
import subprocess

import pytest

from synthgap.tell.comment import MARKER
from tests.test_workflows import scripts

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "jq"))), reason="needs bash and jq"
)

GH = r"""#!/bin/sh
echo "$*" >> calls
case "$*" in
  "run download"*) mkdir comment && cp -P artifact/* comment ;;
  *pulls*) echo abc ;;
  *PATCH* | *POST*) cp body.json posted ;;
  *comments*) jq --raw-output "$5" comments.json ;;
esac
"""


@pytest.fixture
def post(tmp_path):
    """Run the script on an artifact; return its process."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(GH, encoding="utf-8")
    (tmp_path / "bin/gh").chmod(0o755)
    (tmp_path / "artifact").mkdir()

    def run(number="7\n", comment="# Found\n", comments=(), head="abc"):
        if number is not None:
            (tmp_path / "artifact/number").write_text(number, encoding="utf-8")
        (tmp_path / "artifact/comment.md").write_text(comment, encoding="utf-8")
        (tmp_path / "comments.json").write_text(json.dumps(list(comments)), encoding="utf-8")
        environment = os.environ | {
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "REPOSITORY": "someone/study",
            "RUN": "1",
            "HEAD": head,
        }
        command = ["bash", "-c", scripts("comment")]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


def calls(tmp_path):
    return (tmp_path / "calls").read_text(encoding="utf-8").splitlines()


def posted(tmp_path):
    return json.loads((tmp_path / "posted").read_text(encoding="utf-8"))["body"]


def by(who, body, number):
    return {"id": number, "user": {"login": who}, "body": body}


def test_the_first_comment_is_made(post, tmp_path):
    done = post()
    assert done.returncode == 0, done.stderr
    assert "--method POST repos/someone/study/issues/7/comments" in calls(tmp_path)[-1]
    assert posted(tmp_path).startswith(MARKER)
    assert posted(tmp_path).endswith("# Found\n")


def test_the_next_one_updates_it_and_no_comment_of_somebody_else(post, tmp_path):
    there = [
        by("mallory", f"{MARKER} mine", 1),
        by("github-actions[bot]", "hello", 2),
        by("github-actions[bot]", f"{MARKER}\nold", 3),
    ]
    done = post(comments=there)
    assert done.returncode == 0, done.stderr
    assert "--method PATCH repos/someone/study/issues/comments/3" in calls(tmp_path)[-1]


@pytest.mark.parametrize("number", ["", "0", "7/../8", "-1", "$(touch here)", "7\n8", "1" * 30])
def test_a_number_that_is_none_is_refused(post, tmp_path, number):
    done = post(number=number)
    assert (done.returncode, "names no pull request" in done.stdout) == (1, True)
    assert len(calls(tmp_path)) == 1, "nothing was asked of the host but the artifact"
    assert not (tmp_path / "here").exists()


def test_another_pull_requests_comment_is_left_alone(post, tmp_path):
    done = post(head="def")
    assert (done.returncode, (tmp_path / "posted").exists()) == (0, False)
    assert "has another commit by now" in done.stdout


def test_a_link_in_the_artifact_is_not_followed(post, tmp_path):
    (tmp_path / "secret").write_text("7", encoding="utf-8")
    (tmp_path / "artifact/number").symlink_to(tmp_path / "secret")
    done = post(number=None)
    assert (done.returncode, "no plain file" in done.stdout) == (1, True)


def test_the_text_is_text_and_fits_whatever_it_holds(post, tmp_path):
    hostile = '"; $(touch here) `id` \u202e' + "ü" * 100_000
    done = post(comment=hostile)
    assert done.returncode == 0, done.stderr
    assert '"; $(touch here) `id`' in posted(tmp_path)
    assert len(posted(tmp_path)) == 65_000
    assert not (tmp_path / "here").exists()
