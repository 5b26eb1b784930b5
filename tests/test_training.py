import json
from pathlib import Path

import pytest

from synthgap import training
from synthgap.classify.settings import Finetune, Probe, Tfidf
from synthgap.floor import params
from synthgap.floor.errors import InputError
from synthgap.training import Shape, Texts

ROOT = Path(__file__).parents[1]
SHAPE = Shape(layers=6, layer_weights=100, vocabulary_weights=1000)
TEXTS = Texts(tokens=5, training=30, human=7)


def finetune(encoder="somebody/encoder", **changed):
    settings = {
        "kind": "finetune",
        "encoder": encoder,
        "pooling": "mean",
        "max_tokens": 8,
        "trained_layers": 2,
        "dropout": False,
        "steps": 10,
        "epochs": 2.0,
        "batch": 4,
        "learning_rate": 0.1,
        "head_learning_rate": 0.1,
        "warmup_share": 0.0,
        "weight_decay": 0.0,
        "validation_share": 0.0,
    }
    return Finetune(**settings | changed)


def probe(encoder):
    return Probe(kind="probe", encoder=encoder, pooling="mean", max_tokens=8, inverse_penalty=1.0)


def write_encoder(folder, **changed):
    shape = {"hidden_size": 4, "intermediate_size": 8, "num_hidden_layers": 2, "vocab_size": 10}
    (folder / "config.json").write_text(json.dumps(shape | changed), encoding="utf-8")
    return str(folder)


@pytest.fixture
def offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_only_trained_layers_are_passed_backward_and_the_others_once():
    # Below: 4 layers of 100 weights, 5 tokens of 37 texts, once, 2 operations: 148,000.
    # Above: 2 layers; in each of 3 fits 60 texts (two passes over 30) at 6 operations, 360,000,
    # and 7 predicted at 2, 14,000.
    assert training.operations(finetune(), SHAPE, TEXTS, 3) == 148_000 + 3 * (360_000 + 14_000)


def test_a_fit_has_its_least_number_of_steps():
    # 100 steps of 4 texts are more than two passes over 30.
    found = training.operations(finetune(steps=100), SHAPE, TEXTS, 1)
    assert found == 148_000 + 6 * 1000 * 400 + 14_000


def test_validation_texts_are_not_learnt_from():
    found = training.operations(finetune(validation_share=0.2), SHAPE, TEXTS, 1)
    assert found == pytest.approx(148_000 + 6 * 1000 * 48 + 14_000)


def test_a_probe_passes_every_text_forward_once():
    assert training.operations(probe("any"), SHAPE, TEXTS, 3) == 2 * 600 * 5 * 37


def test_the_shape_is_that_of_the_encoders_configuration(tmp_path):
    # Four square matrices of attention, two of the inner layer: 4·16 + 2·32.
    assert training.shape_of(probe(write_encoder(tmp_path))) == Shape(2, 128, 40)


def test_an_encoder_of_another_kind_or_without_a_configuration_has_no_known_shape(tmp_path):
    assert training.shape_of(probe(str(tmp_path))) is None
    (tmp_path / "config.json").write_text('{"d_model": 4}', encoding="utf-8")
    assert training.shape_of(probe(str(tmp_path))) is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{broken", "config.json: cannot be loaded as an encoder .Expecting property name"),
        ("[1]", "config.json: cannot be loaded as an encoder .list instead of an object"),
        (
            '{"hidden_size": 4, "intermediate_size": [], "num_hidden_layers": 2, "vocab_size": 9}',
            "config.json: cannot be loaded as an encoder",
        ),
    ],
    ids=["no JSON", "no object", "no number"],
)
def test_a_broken_configuration_is_one_line(tmp_path, written, message):
    (tmp_path / "config.json").write_text(written, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        training.shape_of(probe(str(tmp_path)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoder", ["../models/my-encoder", "/data/encoder"])
def test_a_folder_that_is_not_there_is_one_line(encoder):
    with pytest.raises(InputError, match=f"^{encoder}: cannot be loaded as an encoder") as caught:
        training.shape_of(probe(encoder))
    assert "\n" not in str(caught.value)


def with_fetch(tmp_path, train_per_label, test_rows):
    """Return a file of the default parameters with other numbers of human texts."""
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("train_per_label: 100 ", f"train_per_label: {train_per_label} "),
        ("test_rows: 500 ", f"test_rows: {test_rows} "),
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "params.yaml"


@pytest.mark.parametrize(
    ("train", "test", "told"),
    [
        (100, 500, None),
        ("null", 500, "human texts to train on (fetch.train_per_label is null)"),
        (100, "null", "test texts (fetch.test_rows is null)"),
        (
            "null",
            "null",
            "human texts to train on (fetch.train_per_label is null), test texts (fetch.test_rows "
            "is null)",
        ),
    ],
)
def test_texts_of_unknown_number_are_not_counted_and_this_is_told(tmp_path, train, test, told):
    file = with_fetch(tmp_path, train, test)
    study = params.read("study", training.Study, file)
    models = params.read("models", dict[str, training.Model], file)
    first, disk, *found = training.lines(study, models, file)
    about = "at least" if told else "about"
    assert first.startswith(f"training minilm: {about} ")
    assert disk.startswith(f"disk: {about} ")
    assert found == (
        [f"not counted: {told}: their number is known once they are fetched"] if told else []
    )


def test_all_human_texts_are_not_taken_for_as_many_as_are_written(tmp_path):
    file = with_fetch(tmp_path, "null", 500)
    assert training._texts("ag_news", "real", file).training == 0
    assert training._texts("ag_news", "zero_shot", file).training == 400
    study = params.read("study", training.Study, file).model_copy(update={"sources": ["zero_shot"]})
    models = params.read("models", dict[str, training.Model], file)
    assert not any("not counted" in line for line in training.lines(study, models, file))


def test_the_default_plan_is_forecast_from_the_bundled_encoder():
    file = ROOT / "params.yaml"
    study = params.read("study", training.Study, file)
    models = params.read("models", dict[str, training.Model], file)
    first, disk = training.lines(study, models, file)
    assert first.startswith("training minilm: about ")
    assert disk == "disk: about 12 MB of texts and predictions"


def test_the_papers_encoders_are_unknown_offline(offline, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    file = ROOT / "params.yaml"
    study = params.read("study", training.Study, file).model_copy(update={"models": ["bert"]})
    models = params.read("models", dict[str, training.Model], file)
    line = next(training.lines(study, models, file))
    assert line == (
        "training bert: unknown, google-bert/bert-base-uncased is not here or on the hub now"
    )


def test_weights_from_elsewhere_need_room(tmp_path):
    folder = write_encoder(tmp_path, vocab_size=10**9)
    file = ROOT / "params.yaml"
    study = params.read("study", training.Study, file).model_copy(update={"models": ["own"]})
    *_, disk = training.lines(study, {"own": finetune(folder)}, file)
    # 4 bytes of 4 · 10⁹ weights.
    assert disk == "disk: about 16.0 GB of texts and predictions, with the encoders' weights"


def test_texts_are_kept_once_whatever_the_number_of_models():
    # 10 texts of 6 words at 6 characters, twice with their provenance: 720 bytes. Two models with
    # three seeds predict 5 texts each: 30 rows of 72 bytes.
    found = training._disk(Texts(tokens=6 * 1.4, training=10, human=5), 6)
    assert found == pytest.approx(720 + 30 * 72)


def test_bags_of_words_take_no_time_worth_telling():
    file = ROOT / "params.yaml"
    study = params.read("study", training.Study, file).model_copy(update={"models": ["words"]})
    words = Tfidf(kind="tfidf", ngrams=1, inverse_penalty=1.0)
    (disk,) = training.lines(study, {"words": words}, file)
    assert disk.startswith("disk: ")
