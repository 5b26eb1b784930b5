"""The stage on hand-made vectors, which no model needs to be loaded for."""

import csv
import importlib.util
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from synthgap.floor import params, tables
from synthgap.measure.diversity import measures as diversity
from synthgap.measure.diversity import nearest
from synthgap.measure.diversity.card import DiversityCard
from synthgap.measure.diversity.pairs import PAIRS
from synthgap.measure.vectors import samples

SCRIPT = Path(__file__).resolve().parents[2] / "stages" / "diversity.py"
FILES = {
    "embeddings": Path("data/embeddings/weather"),
    "metrics": Path("metrics/diversity/weather.json"),
    "neighbours": Path("data/neighbours/weather.parquet"),
    "points": Path("plots/map/weather.csv"),
}
SUNS, RAINS, DIMENSIONS = 24, 3, 8
SHIFTS = {"real": 0.0, "held-out": 0.0, "zero_shot": 4.0, "few_shot": 0.5, "gone": 0.0}


def write_study(folder, sources=("real", "zero_shot", "few_shot"), **changes):
    settings = {"neighbours": 3, "halves": 40, "folds": 3, "listed": 2, "mapped": 20, "seed": 1}
    content = {"study": {"sources": list(sources)}, "diversity": settings | changes}
    with (folder / "params.yaml").open("w", encoding="utf-8") as out:
        YAML().dump(content, out)
    for name, shift in SHIFTS.items():
        write_sample(folder, name, shift)


def write_sample(folder, name, shift):
    """Write texts around one direction for each label; a shift moves them elsewhere."""
    rng = np.random.default_rng(len(name))
    labels = ["sun"] * SUNS + ["rain"] * RAINS
    vectors = rng.normal(size=(len(labels), DIMENSIONS))
    vectors[:, 0] += np.where(np.array(labels) == "sun", 3, -3)
    vectors[:, 1] += shift
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frame = pd.DataFrame(
        {
            "id": [f"{name}{i}" for i in range(len(labels))],
            "text": [f"secret {name} words {i}" for i in range(len(labels))],
            "label": labels,
            "embedding": list(vectors.astype(np.float32)),
        }
    )
    path = samples.file(folder / FILES["embeddings"], name)
    tables.write_numbers(frame, path, samples.EMBEDDED)


def run_main(folder):
    spec = importlib.util.spec_from_file_location("diversity_stage", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with chdir(folder):
        module.main(task="weather", **FILES)


def run_script(folder):
    command = [sys.executable, str(SCRIPT), "--task", "weather"]
    for name, path in FILES.items():
        command += [f"--{name}", str(path)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    run_main(folder)
    return folder


@pytest.fixture(scope="module")
def card(study):
    metrics = tables.read_metrics(study / FILES["metrics"])
    return params.check(metrics, DiversityCard, "card")


def vectors(folder, name):
    path = samples.file(folder / FILES["embeddings"], name)
    return samples.from_table(tables.read_numbers(path, samples.EMBEDDED)).vectors


def pairs(folder):
    return tables.read_numbers(folder / FILES["neighbours"], PAIRS).to_dict("records")


def test_all_sources_of_the_plan_are_measured_and_no_others(card):
    assert set(card.overall.sources) == {"real", "zero_shot", "few_shot"}
    assert card.overall.n == SUNS + RAINS
    assert card.overall.held_out.to_real is not None


def test_labels_with_too_few_texts_to_halve_have_no_numbers_of_their_own(card):
    assert {label: part.n for label, part in card.labels.items()} == {"sun": SUNS}


def test_numbers_are_those_of_the_functions(study, card):
    real, shifted = vectors(study, "real"), vectors(study, "zero_shot")
    everything = np.ones((1, len(real)), dtype=bool)
    (similarity,) = diversity.similarity_score(
        nearest.nearest(real, shifted, 40), everything, everything, 3
    )
    found = card.overall.sources["zero_shot"]
    assert found.to_real.similarity_score.value == pytest.approx(similarity)
    (clique,) = diversity.remote_clique_distance(shifted, everything)
    assert found.own.remote_clique_distance.value == pytest.approx(clique)
    assert found.own.words_mean.value == 4
    # "secret zero_shot words 0" to "... 26": 3 words that all share and 27 that differ, of 108.
    assert found.own.distinct_1_share.value == pytest.approx(30 / 108)


def test_every_number_lies_in_its_interval_and_has_its_n(card):
    def numbers(section):
        for value in dict(section).values():
            if hasattr(value, "low"):
                yield value
            elif hasattr(value, "model_fields_set"):
                yield from numbers(value)

    for name, sample in {**card.overall.sources, "held-out": card.overall.held_out}.items():
        found = list(numbers(sample))
        assert len(found) == (10 if name == "real" else 16 if name == "held-out" else 19)
        assert {number.n for number in found} == {SUNS + RAINS}
        assert all(number.low <= number.value <= number.high for number in found), name


def test_what_lies_elsewhere_is_farther_from_real_than_held_out_texts_are(card):
    elsewhere, close = card.overall.sources["zero_shot"], card.overall.sources["few_shot"]
    assert elsewhere.minus_held_out.similarity_score.high < 0
    assert elsewhere.to_real.similarity_score.value < close.to_real.similarity_score.value
    assert elsewhere.to_real.auc.low > 0.8
    assert card.overall.held_out.to_real.auc.low < 0.5 < card.overall.held_out.to_real.auc.high


def test_differences_are_those_of_the_numbers(card):
    found, real = card.overall.sources["zero_shot"], card.overall.sources["real"]
    assert found.minus_real.vendi_score.value == pytest.approx(
        found.own.vendi_score.value - real.own.vendi_score.value
    )
    assert found.minus_held_out.covered_share.value == pytest.approx(
        found.to_real.covered_share.value - card.overall.held_out.to_real.covered_share.value
    )


def test_texts_to_look_at_are_listed_for_every_source(study):
    rows = pairs(study)
    kinds = [(row["source"], row["kind"], row["rank"]) for row in rows]
    for source in ("zero_shot", "few_shot"):
        for kind in ("nearest", "farthest"):
            assert {rank for name, other, rank in kinds if (name, other) == (source, kind)} == {
                1,
                2,
            }
    nearest_rows = [row for row in rows if row["kind"] == "nearest"]
    farthest_rows = [row for row in rows if row["kind"] == "farthest"]
    for near, far in zip(nearest_rows, farthest_rows, strict=True):
        assert near["similarity"] > far["similarity"]


def test_pairs_name_the_real_text_nearest_to_the_synthetic_one(study):
    real, shifted = vectors(study, "real"), vectors(study, "zero_shot")
    cosine = shifted @ real.T
    first = next(row for row in pairs(study) if row["source"] == "zero_shot")
    synthetic, other = np.unravel_index(cosine.argmax(), cosine.shape)
    assert (first["synthetic_id"], first["real_id"]) == (f"zero_shot{synthetic}", f"real{other}")
    assert first["similarity"] == pytest.approx(cosine.max())
    assert first["real_text"] == f"secret real words {other}"


def test_uncovered_regions_hold_all_real_texts_that_a_source_does_not_cover(study, card):
    for source in ("zero_shot", "few_shot"):
        held = [
            row for row in pairs(study) if (row["source"], row["kind"]) == (source, "uncovered")
        ]
        covered = card.overall.sources[source].to_real.covered_share.value
        assert sum(row["texts"] for row in held) == round((1 - covered) * (SUNS + RAINS))
        assert [row["texts"] for row in held] == sorted((r["texts"] for r in held), reverse=True)


def test_the_map_has_points_of_every_source_and_no_text(study):
    with (study / FILES["points"]).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["task", "source", "label", "x", "y"]
    counts = pd.Series([row["source"] for row in rows]).value_counts().to_dict()
    assert counts == {"real": 20, "zero_shot": 20, "few_shot": 20}, "at most diversity.mapped"


def test_no_text_stands_in_what_goes_into_git(study):
    for name in ("metrics", "points"):
        assert "secret" not in (study / FILES[name]).read_text(encoding="utf-8")


def test_the_same_vectors_give_the_same_bytes(study, tmp_path):
    write_study(tmp_path)
    run_main(tmp_path)
    for path in (FILES["metrics"], FILES["neighbours"], FILES["points"]):
        assert (tmp_path / path).read_bytes() == (study / path).read_bytes()


def test_a_source_that_leaves_the_plan_changes_no_number_of_the_others(study, card, tmp_path):
    write_study(tmp_path, sources=["real", "few_shot"])
    run_main(tmp_path)
    alone = params.check(tables.read_metrics(tmp_path / FILES["metrics"]), DiversityCard, "card")
    assert alone.overall.sources["few_shot"] == card.overall.sources["few_shot"]
    assert set(alone.overall.sources) == {"real", "few_shot"}


def test_without_real_texts_nothing_is_compared_with_them(tmp_path):
    write_study(tmp_path, sources=["zero_shot"])
    run_main(tmp_path)
    alone = params.check(tables.read_metrics(tmp_path / FILES["metrics"]), DiversityCard, "card")
    assert alone.overall.sources["zero_shot"].to_real is None
    assert alone.overall.held_out.to_real is None
    assert pairs(tmp_path) == []


def test_too_few_texts_for_the_folds_leave_the_auc_out(tmp_path):
    write_study(tmp_path, folds=14)
    run_main(tmp_path)
    found = params.check(tables.read_metrics(tmp_path / FILES["metrics"]), DiversityCard, "card")
    assert found.overall.sources["zero_shot"].to_real.auc is None


def test_missing_vectors_are_one_line_and_nothing_is_written(tmp_path):
    write_study(tmp_path)
    samples.file(tmp_path / FILES["embeddings"], "few_shot").unlink()
    done = run_script(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(
        "diversity: data/embeddings/weather/few_shot.parquet: no such file"
    )
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "metrics").exists()


def test_a_setting_out_of_range_is_one_line_that_names_it(tmp_path):
    write_study(tmp_path, halves=3)
    done = run_script(tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        "diversity: params.yaml: diversity.halves: Input should be greater than or equal to 20, "
        "found 3\n"
    )
