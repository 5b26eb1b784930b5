"""The stages of a size curve, from training on fewer texts to the page."""

import json
import runpy
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from synthgap.floor import tables

STAGES = Path(__file__).parents[2] / "stages"
WET = ["rain", "puddle", "drizzle", "gutter", "umbrella", "flood", "shower", "mud"]
DRY = ["dust", "drought", "cracks", "desert", "thirst", "sand", "embers", "haze"]
SIZES = [4, 8]
PARAMS = {
    "study": {
        "tasks": ["weather"], "sources": ["real", "other"], "models": ["words"],
        "seeds": [1, 2], "sizes": {"words": SIZES},
    },
    "evaluate": {"tolerance": 0.02, "resamples": 200, "seed": 1},
    "models": {"words": {"kind": "tfidf", "ngrams": 1, "inverse_penalty": 10.0}},
    "tasks": {"weather": {"labels": ["wet", "dry"]}},
}  # fmt: skip


def texts(part, n_words, copies):
    """Each of the first words of a label, `copies` times: fewer texts know fewer words."""
    rows = [
        (f"{part} {word} {i}", label)
        for i in range(copies)
        for label, found in (("wet", WET), ("dry", DRY))
        for word in found[:n_words]
    ]
    frame = pd.DataFrame(rows, columns=["text", "label"], dtype=object)
    frame.insert(0, "id", [f"{part}-{i}" for i in range(len(frame))])
    return frame


def run(monkeypatch, stage, **arguments):
    flags = [part for name, value in arguments.items() for part in (f"--{name}", value)]
    script = STAGES / f"{stage}.py"
    monkeypatch.setattr(sys, "argv", [str(script), *flags])
    runpy.run_path(str(script), run_name="__main__")


def write(params):
    YAML().dump(params, Path("params.yaml"))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The tables of a task, and the plan's own cells of it."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write(PARAMS)
        for name, frame in {
            "train/weather/real": texts("real", 8, 2),
            "train/weather/other": texts("other", 5, 3),
            "test/weather": texts("test", 8, 5),
        }.items():
            tables.write_texts(frame, Path(f"data/{name}.jsonl"), tables.TEXTS)
        tables.write_texts(texts("v", 1, 0), Path("data/voted/weather.jsonl"), tables.TEXTS_OR_NONE)
        for source in ("real", "other"):
            run(
                patch, "train", task="weather", model="words",
                train=f"data/train/weather/{source}.jsonl", test="data/test/weather.jsonl",
                voted="data/voted/weather.jsonl", curve="c.csv",
                predictions=f"data/predictions/weather/{source}/words.parquet",
            )  # fmt: skip
    return folder


@pytest.fixture
def study(trained, tmp_path, monkeypatch):
    folder = tmp_path / "study"
    shutil.copytree(trained, folder)
    monkeypatch.chdir(folder)
    return folder


def train_sizes(monkeypatch, source):
    run(
        monkeypatch, "train_sizes", task="weather", source=source, model="words",
        real="data/train/weather/real.jsonl", train=f"data/train/weather/{source}.jsonl",
        test="data/test/weather.jsonl", predictions=f"data/sizes/weather/{source}/words",
    )  # fmt: skip


def evaluate_sizes(monkeypatch):
    run(
        monkeypatch, "evaluate_sizes", task="weather", model="words", sizes="data/sizes/weather",
        predictions="data/predictions/weather", train="data/train/weather",
        test="data/test/weather.jsonl", metrics="card.json", curve="curve.csv",
    )  # fmt: skip


def written(source):
    return sorted(Path(f"data/sizes/weather/{source}/words").iterdir())


def test_real_texts_are_fitted_on_each_size_below_all_and_others_beside_all_too(study, monkeypatch):
    for source, sizes in {"real": [4, 8], "other": [32, 4, 8]}.items():
        train_sizes(monkeypatch, source)
        assert [file.name for file in written(source)] == [f"{size}.parquet" for size in sizes]
    found = tables.read_numbers(written("real")[0], tables.PREDICTIONS)
    assert sorted(set(found["seed"])) == [1, 2]
    assert set(found["split"]) == {"test"}
    assert found["id"].nunique() == 80


def test_equal_runs_give_equal_bytes(study, monkeypatch):
    train_sizes(monkeypatch, "real")
    before = [file.read_bytes() for file in written("real")]
    train_sizes(monkeypatch, "real")
    assert [file.read_bytes() for file in written("real")] == before


def test_the_card_says_what_the_other_texts_are_worth(study, monkeypatch):
    for source in ("real", "other"):
        train_sizes(monkeypatch, source)
    evaluate_sizes(monkeypatch)
    card = json.loads(Path("card.json").read_text(encoding="utf-8"))
    assert [point["texts"] for point in card["real"]] == [4, 8, 32]
    scores = [point["macro_f1"]["value"] for point in card["real"]]
    assert scores[0] < scores[1] < scores[2] == 1
    other = card["sources"]["other"]
    # 30 texts that know five of the eight words of each label: less than all human texts.
    assert other["texts"] == 30
    assert other["worth"]["value"]["side"] == "at"
    assert 4 < other["worth"]["value"]["texts"] < 32
    assert [point["texts"] for point in other["augmented"]] == [4, 8, 32]
    rows = Path("curve.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "task,model,source,texts,macro_f1,low,high,n"
    assert [row.split(",")[2] for row in rows[1:]] == ["real"] * 3 + ["real + other"] * 3


def changed(**study):
    write(PARAMS | {"study": PARAMS["study"] | study})


@pytest.mark.parametrize(
    ("stage", "study_changed", "message"),
    [
        ("train", {"sizes": {"words": [32, 64]}}, "expected one below the 32 texts in data/train"),
        ("train", {"sizes": {"words": [1]}}, "study.sizes.words.0: Input should be greater than"),
        ("train", {"sizes": {"words": []}}, "study.sizes.words: List should have at least 1 item"),
        (
            "train",
            {"sizes": {"words": [8, 8]}},
            "study.sizes.words: Value error, 8 is listed twice",
        ),
        ("train", {"sizes": {}}, "params.yaml: study.sizes.words is missing"),
        ("evaluate", {"sources": ["real"]}, "expected 'real' and others for the size curves"),
        ("evaluate", {"seeds": [1, 2, 3]}, "test predictions of seeds [1, 2], expected [1, 2, 3]"),
        ("evaluate", {"sizes": {"words": [4, 9]}}, "9.parquet: no such file"),
        # The predictions of `words` are there, of the plan that it was in.
        ("evaluate", {"models": ["pairs"]}, "found 'words', expected one of study.models, pairs"),
    ],
)
def test_bad_input_is_one_line(study, monkeypatch, stage, study_changed, message):
    if stage == "evaluate":
        train_sizes(monkeypatch, "real")
        train_sizes(monkeypatch, "other")
    changed(**study_changed)
    with pytest.raises(SystemExit) as ended:
        evaluate_sizes(monkeypatch) if stage == "evaluate" else train_sizes(monkeypatch, "real")
    assert str(ended.value).startswith(f"{stage}_sizes: ")
    assert message in str(ended.value)
    assert "\n" not in str(ended.value)
    assert not Path("card.json").exists()
