import json
import socket
import time

import pytest

from tests.fetch.hubserver import hub
from tests.fetch.study import run_stage, write_parquet


def put(folder, source, mirror="null", more=""):
    text = f"fetch:\n  source: {source}\n  mirror: {mirror}\n{more}"
    (folder / "params.yaml").write_text(text, encoding="utf-8")


def run(folder, **environment):
    return run_stage("choose_source", ["--out", "data/source.json"], folder, **environment)


def test_the_choice_is_written_and_holds_no_path_but_the_one_given(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "mirror").mkdir()
    put(tmp_path / "project", "auto", "../mirror")
    done = run(tmp_path / "project", HF_HUB_OFFLINE="1")
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert json.loads((tmp_path / "project/data/source.json").read_text(encoding="utf-8")) == {
        "asked": "auto",
        "mirror": "../mirror",
        "source": "mirror",
        "why": "the mirror ../mirror is there",
    }


def test_an_experiment_in_a_copy_elsewhere_finds_the_mirror_of_the_repository(tmp_path):
    for name in ("repository", "mirror", "copies/elsewhere/copy"):
        (tmp_path / name).mkdir(parents=True)
    put(tmp_path / "copies/elsewhere/copy", "auto", "../mirror")
    root = str(tmp_path / "repository")
    done = run(tmp_path / "copies/elsewhere/copy", HF_HUB_OFFLINE="1", DVC_ROOT=root)
    assert done.returncode == 0
    assert "from the mirror" in done.stderr


def test_a_hub_that_answers_is_chosen(tmp_path):
    put(tmp_path, "auto")
    write_parquet(tmp_path / "hub/stanfordnlp/imdb/train.parquet", {"text": ["fine"]}, {})
    with hub(tmp_path / "hub") as endpoint:
        done = run(tmp_path, HF_ENDPOINT=endpoint)
    assert done.returncode == 0
    assert "from the hub" in done.stderr


def test_a_hub_that_never_answers_costs_five_seconds_and_leaves_the_sample(tmp_path):
    put(tmp_path, "auto")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        start = time.monotonic()
        done = run(tmp_path, HF_ENDPOINT=f"http://127.0.0.1:{mute.getsockname()[1]}")
        seconds = time.monotonic() - start
    assert done.returncode == 0
    assert 5 <= seconds < 7.5
    assert "a demonstration only" in done.stderr


@pytest.mark.parametrize(
    ("source", "mirror", "message"),
    [
        ("mirror", "nowhere", "fetch.mirror is nowhere, where no folder is; expected a folder"),
        ("mirror", "null", "fetch.mirror is None, where no folder is"),
        ("hub", "null", "fetch.source is hub, but HF_HUB_OFFLINE is set; expected a hub that"),
        ("web", "null", "params.yaml: fetch.source: Input should be 'auto', 'mirror', 'hub' or"),
        ("auto", "[1]", "params.yaml: fetch.mirror: Input should be a valid string"),
    ],
    ids=["no-mirror", "null-mirror", "offline-hub", "unknown-source", "mirror-no-path"],
)
def test_bad_params_get_one_line_and_write_nothing(tmp_path, source, mirror, message):
    put(tmp_path, source, mirror)
    done = run(tmp_path, HF_HUB_OFFLINE="1")
    assert done.returncode == 1
    assert done.stderr.startswith("choose_source: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()
