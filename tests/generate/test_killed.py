"""The stage is killed, interrupted, and refused; nothing that was paid for is asked again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.generate.api import VARIABLE
from tests.generate.endpoint import KEY, error, serving
from tests.generate.plan import command, write, zero_shot

CONCURRENCY = 8


@pytest.fixture
def slow():
    with serving(delay=0.01) as endpoint:
        yield endpoint


def stored(folder):
    file = folder / ".llm_cache" / "replies.sqlite"
    with sqlite3.connect(file) as connection:
        rows = connection.execute("SELECT request FROM replies").fetchall()
    connection.close()
    return {json.dumps(json.loads(row)["body"], sort_keys=True) for (row,) in rows}


def wait_for(endpoint, n_seen, stage):
    while len(endpoint.seen) < n_seen:
        assert stage.poll() is None, stage.communicate()
        time.sleep(0.002)


def test_a_run_that_is_killed_three_times_pays_only_for_what_was_in_flight(slow, tmp_path):
    write(tmp_path, slow.url, {"concurrency": CONCURRENCY}, per_label=120)
    for moment in sorted(np.random.default_rng().integers(20, 200, size=3)):
        stage = zero_shot(tmp_path)
        wait_for(slow, moment, stage)
        stage.send_signal(signal.SIGKILL)
        stage.communicate()
        time.sleep(0.05)  # until the server has read what is in flight
        kept, n_before = stored(tmp_path), len(slow.seen)
        assert n_before - len(kept) <= 3 * CONCURRENCY
    stage = zero_shot(tmp_path)
    _, said = stage.communicate()
    assert stage.returncode == 0, said
    asked_at_last = [json.dumps(body, sort_keys=True) for body in slow.seen[n_before:]]
    assert kept.isdisjoint(asked_at_last)
    assert len(asked_at_last) == 240 - len(kept)
    # Each request was seen once, and once more at most for each kill that met it in flight.
    assert len(slow.repeats) == 240
    assert sum(slow.repeats.values()) <= 240 + 3 * CONCURRENCY
    assert len((tmp_path / "out" / "t.jsonl").read_text().splitlines()) == 240


def test_two_stages_use_the_store_at_once(slow, tmp_path):
    write(tmp_path, slow.url, {"concurrency": CONCURRENCY}, per_label=60)
    stages = [zero_shot(tmp_path), zero_shot(tmp_path, out="other")]
    for stage in stages:
        _, said = stage.communicate()
        assert stage.returncode == 0, said
    assert len(stored(tmp_path)) == len(slow.repeats) == len(slow.seen) == 120
    # Whoever asked first, both have made their tables from what the store says.
    for name in ("t.jsonl", "p.jsonl", "d.jsonl", "m.json"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_an_interrupt_waits_for_what_is_paid_and_asks_for_no_more(tmp_path):
    with serving(delay=0.3) as endpoint:
        write(tmp_path, endpoint.url, {"concurrency": CONCURRENCY}, per_label=50)
        stage = zero_shot(tmp_path)
        wait_for(endpoint, CONCURRENCY, stage)
        stage.send_signal(signal.SIGINT)
        _, said = stage.communicate()
    assert stage.returncode == 1
    assert said.splitlines()[-1].endswith("interrupted; all replies are kept: run again to go on")
    assert len(stored(tmp_path)) == len(endpoint.seen) == CONCURRENCY


def test_the_key_is_nowhere(slow, tmp_path):
    slow.text = lambda body: f"{body['seed']} {KEY} said by a server that was told"
    said = []
    for faults in ([error(500, f"oh {KEY}")] * 2, [error(401, f"no {KEY}")]):
        slow.faults = faults
        write(tmp_path, slow.url, {"retries": 1, "concurrency": 1}, per_label=2, near_repeat=1.0)
        said += zero_shot(tmp_path).communicate()
    pipeline = {"stages": {"generate": {"cmd": command(), "params": ["llm"], "outs": ["out"]}}}
    (tmp_path / "dvc.yaml").write_text(json.dumps(pipeline))
    export = "from synthgap.generate.commands import recordings; recordings()"
    for words in (
        ["-m", "dvc", "init", "--no-scm"],
        ["-m", "dvc", "repro"],
        ["-c", export, "export", "recording.jsonl"],
    ):
        environment = {**os.environ, VARIABLE: KEY}
        ran = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
        said += [ran.stdout, ran.stderr]
    assert len(slow.seen) == 2 + 1 + 4
    files = {file.name: file for file in tmp_path.rglob("*") if file.is_file()}
    assert {"replies.sqlite", "recording.jsonl", "dvc.lock", "t.jsonl", "m.json"} <= set(files)
    for file in files.values():
        assert KEY.encode() not in file.read_bytes(), file
    assert "[key] said by a server" in files["recording.jsonl"].read_text()
    assert KEY not in "".join(said)
    assert "oh [key]" in "".join(said)
