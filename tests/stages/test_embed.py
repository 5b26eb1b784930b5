"""The stage with the real model, which is loaded as seldom as may be."""

import importlib.util
import json
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from ruamel.yaml import YAML
from sentence_transformers import SentenceTransformer

from synthgap.encoder import minilm
from synthgap.floor import tables
from synthgap.floor.errors import InputError
from synthgap.measure.vectors import embed, samples

SCRIPT = Path(__file__).resolve().parents[2] / "stages" / "embed.py"
SKIES = ["clear", "hazy", "bright", "pale", "deep blue", "cloudless", "golden", "warm"]
WETS = ["heavy", "light", "endless", "cold", "sudden", "soft", "driving", "icy"]
FOLDERS = {
    "train": Path("data/train/weather"),
    "test": Path("data/test/weather.jsonl"),
    "embeddings": Path("data/embeddings/weather"),
}


def write_table(path, place, suns, rains):
    rows = [(f"{place}-s{i}", f"A {SKIES[i]} sky over {place}.", "sun") for i in range(suns)]
    rows += [(f"{place}-r{i}", f"So {WETS[i]} a rain on {place}!", "rain") for i in range(rains)]
    frame = pd.DataFrame(rows, columns=["id", "text", "label"], dtype=object)
    tables.write_texts(frame, path, tables.TEXTS)


def write_study(folder):
    content = {
        "study": {"sources": ["real", "zero_shot"]},
        "embed": {"per_label": 7, "seed": 1},
        "tasks": {"weather": {"labels": ["sun", "rain"]}},
    }
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(content, out)
    with chdir(folder):
        write_table(FOLDERS["train"] / "real.jsonl", "Bergen", 8, 5)
        write_table(FOLDERS["train"] / "zero_shot.jsonl", "Oslo", 8, 8)
        write_table(FOLDERS["train"] / "gone.jsonl", "Narvik", 2, 2)
        write_table(FOLDERS["test"], "Bodø", 8, 6)


def run_main(folder):
    spec = importlib.util.spec_from_file_location("embed_stage", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with chdir(folder):
        module.main(task="weather", **FOLDERS)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    run_main(folder)
    return folder


@pytest.fixture(scope="module")
def model():
    return SentenceTransformer(str(minilm.folder()), local_files_only=True)


def read(folder, name):
    path = samples.file(folder / FOLDERS["embeddings"], name)
    return tables.read_numbers(path, samples.EMBEDDED)


def test_every_source_of_the_plan_and_the_test_texts_have_a_sample_of_one_size(study):
    files = {file.name for file in (study / FOLDERS["embeddings"]).iterdir()}
    assert files == {"real.parquet", "zero_shot.parquet", "held-out.parquet"}
    for name in ("real", "zero_shot", "held-out"):
        # At most 7 of a label (embed.per_label), and the real texts have 5 about rain.
        assert read(study, name)["label"].value_counts().to_dict() == {"sun": 7, "rain": 5}


def test_every_text_has_the_vector_that_sentence_transformers_gives_it(study, model):
    for name in ("real", "zero_shot", "held-out"):
        frame = read(study, name)
        expected = model.encode(frame["text"].tolist())
        found = np.stack(frame["embedding"].tolist())
        assert ((found * expected).sum(axis=1) > 0.9999).all()


def test_the_same_texts_give_the_same_bytes(study, tmp_path):
    write_study(tmp_path)
    run_main(tmp_path)
    for file in (study / FOLDERS["embeddings"]).iterdir():
        assert (tmp_path / FOLDERS["embeddings"] / file.name).read_bytes() == file.read_bytes()


def test_length_order_and_repetition_do_not_change_a_vector(model):
    long = "rain and more rain " * 200  # is cut at 256 tokens
    texts = ["Rain.", long, "A clear sky over the bay, at last.", "Rain.", "", "雨 🌧"]
    found = embed.encode(texts)
    assert found.shape == (6, 384)
    assert (found[0] == found[3]).all()
    assert np.linalg.norm(found, axis=1) == pytest.approx(1)
    assert ((found * model.encode(texts)).sum(axis=1) > 0.9999).all()


def test_bfloat16_keeps_the_directions_of_the_vectors(model, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    texts = [f"A {sky} sky over Bergen." for sky in SKIES]
    cosine = (embed.encode(texts) * model.encode(texts)).sum(axis=1)
    assert (cosine > 0.999).all()
    assert (cosine < 0.9999999).any(), "it was bfloat16"


def test_the_number_of_threads_is_left_as_it_was():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        embed.encode(["Rain."])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_label_that_the_task_lacks_is_refused(tmp_path):
    write_study(tmp_path)
    path = tmp_path / FOLDERS["test"]
    path.write_text(json.dumps({"id": "a", "text": "Fog.", "label": "fog"}) + "\n")
    expected = r"^data/test/weather\.jsonl: id 'a' has the label 'fog', expected one of \['sun'"
    with pytest.raises(InputError, match=expected):
        run_main(tmp_path)


def test_a_missing_table_is_one_line_and_nothing_is_written(tmp_path):
    write_study(tmp_path)
    (tmp_path / FOLDERS["train"] / "zero_shot.jsonl").unlink()
    command = [sys.executable, str(SCRIPT), "--task", "weather"]
    for name, path in FOLDERS.items():
        command += [f"--{name}", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == (
        "embed: data/train/weather/zero_shot.jsonl: cannot be read (No such file or directory)\n"
    )
    assert not (tmp_path / FOLDERS["embeddings"]).exists()
