import json
import logging
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.generate.made import LLM

STAGES = Path(__file__).parents[2] / "stages"
SOURCES = ["zero_shot", "few_shot"]
OUTPUTS = {
    "train": "out/train.jsonl",
    "provenance": "out/provenance.jsonl",
    "dropped": "out/dropped.jsonl",
    "metrics": "out/metrics.json",
}
TEXTS = [
    ("sun", "Heat again, and the ice cream van is out of ice."),
    ("rain", "My left boot has a lake of its own now."),
    ("sun", "heat again, and the ice cream van is out of  ICE."),
    ("sun", "  Bees asleep on the warm bricks. "),
    ("rain", "Label: rain. The gutter sings all night."),
    ("sun", "Nobody wears a coat on the pier."),
    ("rain", "Umbrellas inside out along the whole bridge."),
    ("rain", "The pitch is a pond, match called off."),
]
POOL = [("r-7", "bees asleep on the warm bricks", "sun"), ("r-9", "Drip, drip.", "rain")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with everything that both stages read."""
    monkeypatch.chdir(tmp_path)
    write_params(tmp_path)
    write_planned(tmp_path)
    (tmp_path / "corpora").mkdir()
    write_corpus(tmp_path, TEXTS)
    write_pool(tmp_path, POOL)
    return tmp_path


def write_params(folder, changes=None):
    prompt = {
        "context": "You write forecasts.",
        "zero_shot": "Write about {{ description }}.",
        "few_shot": "As these: {{ examples }}",
        "length": "5 to 10 words",
        "descriptions": {"sun": "a dry day", "rain": "a wet day"},
    }
    content = {
        "generate": {
            "backend": "corpus",
            "per_label": 2,
            "turns": 1,
            "follow_up": "Another of {{ label }}.",
            "texts_per_reply": 1,
            "several": "{{ count }} of them.",
            "examples": 1,
            "max_attempts_factor": 2,
            "min_words": 1,
            "max_words": 50,
            "near_repeat": 0.7,
            "copy_words": 6,
            "seed": 1,
        },
        "llm": LLM,
        "tasks": {"weather": {"labels": ["sun", "rain"], "prompt": prompt}},
    }
    for key, value in (changes or {}).items():
        *parents, last = key.split(".")
        section = content
        for parent in parents:
            section = section[parent]
        section[last] = value
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(content, out)


def write_planned(folder, planned=True):
    (folder / "planned.json").write_text(json.dumps({"planned": planned}))


def write_corpus(folder, rows):
    write_lines(
        folder / "corpora/weather.jsonl", [{"label": label, "text": text} for label, text in rows]
    )


def write_pool(folder, rows):
    write_lines(
        folder / "pool.jsonl",
        [dict(zip(("id", "text", "label"), row, strict=True)) for row in rows],
    )


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def command(source):
    arguments = {"task": "weather", "corpora": "corpora", "recordings": "recordings", **OUTPUTS}
    arguments["planned"] = "planned.json"
    if source == "few_shot":
        arguments["pool"] = "pool.jsonl"
    flags = [part for name, value in arguments.items() for part in (f"--{name}", value)]
    return [str(STAGES / f"generate_{source}.py"), *flags]


def run(source, monkeypatch):
    """Run the script in this process, and return the line with which it ends."""
    monkeypatch.setattr(sys, "argv", command(source))
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        return str(end.code)
    return ""


def lines(name):
    return [json.loads(line) for line in Path(OUTPUTS[name]).read_text().splitlines()]


def written():
    return {name: Path(path).read_bytes() for name, path in OUTPUTS.items()}


@pytest.mark.parametrize("source", SOURCES)
def test_the_script_writes_exactly_per_label_rows_and_the_rest_with_reasons(folder, source):
    done = subprocess.run(
        [sys.executable, *command(source)], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.strip() == (
        "synthgap.generate.corpus: corpora/weather.jsonl: written beforehand, "
        "these texts do not depend on the prompts"
    )
    # The pool has the fourth text word for word; only few_shot looks.
    fourth = 4 if source == "zero_shot" else 6
    kept = [f"{source}-{number}" for number in sorted([1, 2, fourth, 7])]
    assert [row["id"] for row in lines("train")] == kept
    assert [row["id"] for row in lines("provenance")] == kept
    dropped = {row["id"].removeprefix(f"{source}-"): row["reason"] for row in lines("dropped")}
    assert dropped == {
        "3": "repeat",
        "5": "names_its_label",
        "8": "surplus",
        **({"6": "surplus"} if source == "zero_shot" else {"4": "copies_example"}),
    }
    metrics = json.loads(Path(folder, OUTPUTS["metrics"]).read_text())
    assert (metrics["backend"], metrics["attempts"]) == ("corpus", 8)
    assert metrics["kept"] == {"sun": 2, "rain": 2}
    assert sum(metrics["dropped"].values()) == 4


def test_texts_are_written_without_the_white_space_around_them(folder, monkeypatch):
    assert run("zero_shot", monkeypatch) == ""
    assert lines("train")[2] == {
        "id": "zero_shot-4",
        "text": "Bees asleep on the warm bricks.",
        "label": "sun",
    }


@pytest.mark.parametrize("source", SOURCES)
def test_for_a_source_outside_the_plan_nothing_is_asked_or_written(folder, source, monkeypatch):
    write_params(folder, {"generate.backend": "api"})
    write_planned(folder, planned=False)
    assert run(source, monkeypatch) == ""
    assert {name: lines(name) for name in ("train", "provenance", "dropped")} == {
        "train": [],
        "provenance": [],
        "dropped": [],
    }
    assert json.loads(Path(OUTPUTS["metrics"]).read_text()) == {"backend": "none"}


@pytest.mark.parametrize("source", SOURCES)
def test_the_same_bytes_come_out_again_and_whatever_the_prompts_say(folder, source, monkeypatch):
    run(source, monkeypatch)
    first = written()
    run(source, monkeypatch)
    assert written() == first
    other = {
        "tasks.weather.prompt.context": "Be brief.",
        "tasks.weather.prompt.zero_shot": "{{ label }}!",
        "tasks.weather.prompt.few_shot": "{{ examples }}!",
        "generate.follow_up": "More!",
    }
    write_params(folder, other)
    run(source, monkeypatch)
    assert written() == first


def test_more_texts_at_the_corpus_end_change_no_row_but_surplus(folder, monkeypatch):
    run("zero_shot", monkeypatch)
    first = lines("train")
    write_corpus(folder, [*TEXTS, ("sun", "Dust on the cricket field.")])
    run("zero_shot", monkeypatch)
    assert lines("train") == first
    assert lines("dropped")[-1]["id"] == "zero_shot-9"


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("generate.per_label", 0, "params.yaml: generate.per_label: Input should be greater"),
        ("generate.temperature", 1, "params.yaml: generate.temperature: Extra inputs"),
        ("generate.backend", "psychic", "params.yaml: generate.backend: Input should be 'corpus',"),
        ("generate.follow_up", "{{ more }}", "params.yaml: generate.follow_up: Value error, un"),
        ("tasks.weather.labels", ["sun"], "params.yaml: tasks.weather.labels: List should have"),
        ("tasks.weather.prompt.context", "{{", "params.yaml: tasks.weather.prompt.context: Val"),
        ("tasks.weather.prompt.length", " ", "params.yaml: tasks.weather.prompt.length: Value"),
        (
            "tasks.weather.prompt.descriptions",
            {"sun": "dry", "snow": "cold"},
            "params.yaml: tasks.weather.prompt.descriptions: found ['snow', 'sun'], "
            "expected the labels ['rain', 'sun']",
        ),
        ("tasks", {}, "params.yaml: tasks.weather is missing"),
        (
            "generate.per_label",
            4,
            "corpora/weather.jsonl: too few usable texts, expected generate.per_label=4 "
            "of each label: sun has ",
        ),
    ],
)
def test_wrong_params_end_in_one_line_and_no_output(
    folder, source, key, value, message, monkeypatch
):
    write_params(folder, {key: value})
    line = run(source, monkeypatch)
    assert line.startswith(f"generate_{source}: {message}")
    assert "\n" not in line
    assert not Path("out").exists()


@pytest.mark.parametrize("source", SOURCES)
def test_a_broken_request_is_named_by_the_stage_that_uses_it(folder, source, monkeypatch):
    write_params(folder, {f"tasks.weather.prompt.{source}": "{{ lable }}"})
    expected = f"generate_{source}: params.yaml: tasks.weather.prompt.{source}: Value error, "
    assert run(source, monkeypatch).startswith(f"{expected}unknown placeholder 'lable'")
    (other,) = set(SOURCES) - {source}
    assert run(other, monkeypatch) == ""


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        ("corpora/weather.jsonl", None, "corpora/weather.jsonl: no such file, expected a corpus"),
        ("corpora/weather.jsonl", "", "corpora/weather.jsonl: no rows, expected at least one"),
        ("corpora/weather.jsonl", "{", "corpora/weather.jsonl, line 1: not valid JSON"),
        (
            "corpora/weather.jsonl",
            '{"label": "snow", "text": "Cold."}',
            "corpora/weather.jsonl: row 1 has the label 'snow', expected one of ['sun', 'rain']",
        ),
        ("pool.jsonl", None, "pool.jsonl: cannot be read (No such file or directory)"),
        ("pool.jsonl", '{"text": "Cold."}', "pool.jsonl, line 1: columns are ['text'], expected"),
        (
            "pool.jsonl",
            '{"id": "r-1", "text": "Cold.", "label": "snow"}',
            "pool.jsonl: id 'r-1' has the label 'snow', expected one of ['sun', 'rain']",
        ),
    ],
)
def test_wrong_files_end_in_one_line_and_no_output(folder, path, content, message, monkeypatch):
    Path(path).unlink() if content is None else Path(path).write_text(content, encoding="utf-8")
    line = run("few_shot", monkeypatch)
    assert line.startswith(f"generate_few_shot: {message}")
    assert "\n" not in line
    assert not Path("out").exists()


def test_bad_input_gives_exit_status_1_and_one_line_on_standard_error(folder):
    write_params(folder, {"generate.seed": -1})
    done = subprocess.run(
        [sys.executable, *command("zero_shot")], cwd=folder, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "generate_zero_shot: params.yaml: generate.seed: Input should be greater than or equal "
        "to 0, found -1\n"
    )


def test_a_text_is_never_taken_for_a_template_nor_logged(folder, monkeypatch, caplog):
    hostile = "{{ 7 * 7 }} {% include '/etc/hosts' %} $(touch here) <script>"
    write_corpus(folder, [("sun", hostile), *TEXTS])
    write_pool(folder, [("r-1", hostile + " again", "sun")])
    with caplog.at_level(logging.DEBUG):
        assert run("few_shot", monkeypatch) == ""
    assert lines("train")[0]["text"] == hostile
    assert "7 * 7" not in caplog.text
