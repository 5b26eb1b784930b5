import json

import pytest

from synthgap.floor.errors import InputError
from synthgap.generate import recordings
from synthgap.generate.store import Store, default_file
from tests.generate.api import generate
from tests.generate.endpoint import KEY, Fault, completion


@pytest.fixture
def store(endpoint):
    opened = Store(default_file())
    yield opened
    opened.close()


def test_a_recorded_run_gives_the_same_tables_without_an_endpoint(endpoint, store, tmp_path):
    endpoint.faults = [Fault(body=completion("cut", finish_reason="length"))]
    asked = generate(endpoint, turns=2)
    folder = tmp_path / "recordings"
    assert recordings.export(store, folder / "a.jsonl") == len(endpoint.seen)
    n_asked = len(endpoint.paths)
    replayed = generate(endpoint, backend="recorded", recordings=folder, turns=2)
    assert replayed.train.equals(asked.train)
    assert replayed.provenance.equals(asked.provenance)
    assert replayed.dropped.equals(asked.dropped)
    assert replayed.metrics == asked.metrics | {"backend": "recorded"}
    assert len(endpoint.paths) == n_asked


def test_missing_replies_are_counted(endpoint, store, tmp_path):
    generate(endpoint, per_label=3)
    recordings.export(store, tmp_path / "r" / "a.jsonl")
    with pytest.raises(InputError, match=r"r: 4 replies are missing .*generate\.backend: api"):
        generate(endpoint, backend="recorded", recordings=tmp_path / "r", per_label=5)


def test_replies_move_to_another_store(endpoint, store, tmp_path):
    made = generate(endpoint)
    recordings.export(store, tmp_path / "a.jsonl")
    other = Store(tmp_path / "elsewhere" / ".llm_cache" / "replies.sqlite")
    assert recordings.load(other, tmp_path / "a.jsonl") == (10, 10)
    assert recordings.load(other, tmp_path / "a.jsonl") == (0, 10)
    recordings.export(other, tmp_path / "b.jsonl")
    other.close()
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert made.metrics["kept"] == {"sun": 5, "rain": 5}


def test_a_recording_has_no_prompt_key_or_host_and_is_sorted(endpoint, store, tmp_path):
    generate(endpoint, asked={"extra": {"user": "somebody@example.org"}})
    recordings.export(store, tmp_path / "a.jsonl")
    text = (tmp_path / "a.jsonl").read_text()
    for secret in (KEY, "127.0.0.1", "Write sun", "A forecast", "example.org"):
        assert secret not in text
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["key"] for row in rows] == sorted(row["key"] for row in rows)
    assert set(rows[0]) == {"family", "key", "model", "reply", "sample", "sampling"}
    assert rows[0]["model"] == "tiny"
    assert set(rows[0]["sampling"]) == {"max_tokens", "seed", "temperature", "top_p"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("{", r"line 2: not valid JSON"),
        ("[" * 3000, r"line 2: not valid JSON \(nested too deeply\)"),
        ("[]", r"line 2: found list"),
        ('{"key": "a"}', r"line 2: found other columns"),
        (
            '{"key": "a", "family": "a", "model": "m", "sample": 0, "sampling": {},'
            ' "reply": {"text": "a"}}',
            r"line 2: found .*missing 5 required",
        ),
    ],
)
def test_another_file_is_refused_with_its_line_and_nothing_is_stored(store, tmp_path, line, found):
    good = {
        "key": "a",
        "family": "a",
        "model": "m",
        "sample": 0,
        "sampling": {},
        "reply": {
            "text": "a",
            "finish_reason": "stop",
            "prompt_tokens": 1,
            "completion_tokens": 1,
            "seconds": 1.0,
            "tries": 1,
            "batch": False,
        },
    }
    (tmp_path / "a.jsonl").write_text(json.dumps(good) + "\n" + line + "\n")
    with pytest.raises(InputError, match=found):
        recordings.load(store, tmp_path / "a.jsonl")
    assert len(store) == 0
