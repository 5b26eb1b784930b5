import shutil

import numpy as np
import pytest
import torch
from transformers import (
    AutoModel,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BertConfig,
    RobertaConfig,
    SplinterConfig,
    pipeline,
)

from synthgap.classify.finetune import Encoder
from synthgap.classify.protocol import Examples
from synthgap.export import cell, stock
from synthgap.floor.errors import InputError
from tests.classify.test_finetune import TEXTS, settings
from tests.stages.fake_study import texts as made

NEW = ["a apple is red", "the green pear", "is a pear green", "apple"]


def training():
    frame = made("weather", "train", 8)
    frame["text"] = TEXTS
    frame["label"] = ["sun"] * 4 + ["rain"] * 4
    return frame


@pytest.fixture(scope="module", params=[None, 1], ids=["all layers", "the last layer"])
def exported(request, tiny_encoder):
    chosen = settings(tiny_encoder, trained_layers=request.param)
    return cell.export(chosen, training(), ["sun", "rain"], 1, NEW)


def test_the_folder_predicts_what_the_fit_did_with_the_tasks_labels(exported, tmp_path):
    cell.write(exported, "# A card\n", tmp_path / "out" / "model")
    folder = tmp_path / "out" / "model"
    assert (folder / "README.md").read_text() == "# A card\n"
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["model"]
    classify = pipeline(
        "text-classification",
        AutoModelForSequenceClassification.from_pretrained(folder),
        tokenizer=AutoTokenizer.from_pretrained(folder),
    )
    assert [found["label"] for found in classify(NEW)] == exported.predicted
    assert exported.predicted[:3] == ["sun", "rain", "rain"]
    assert AutoTokenizer.from_pretrained(folder).model_max_length == 16


@pytest.mark.parametrize("kind", [BertConfig, RobertaConfig])
def test_an_encoder_that_transformers_computes_is_exported_too(tiny_encoder, tmp_path, kind):
    folder = tmp_path / "relu"
    shutil.copytree(tiny_encoder, folder)
    torch.manual_seed(1)
    sizes = {
        "vocab_size": 11, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 64, "max_position_embeddings": 40, "pad_token_id": 0,
    }  # fmt: skip
    AutoModel.from_config(kind(**sizes, hidden_act="relu")).save_pretrained(folder)
    made = cell.export(settings(folder), training(), ["sun", "rain"], 1, NEW)
    cell.write(made, "card", tmp_path / "out")
    model = AutoModelForSequenceClassification.from_pretrained(tmp_path / "out").eval()
    rows = AutoTokenizer.from_pretrained(tmp_path / "out")(NEW, return_tensors="pt", padding=True)
    found = model(**rows).logits.argmax(1).tolist()
    assert [["sun", "rain"][i] for i in found] == made.predicted
    assert made.predicted[:3] == ["sun", "rain", "rain"]


def fit_predicts(chosen):
    examples = Examples(TEXTS, np.repeat([0, 1], 4), 2)
    found = Encoder(chosen, examples, NEW).fit(1).probabilities.argmax(1)
    return [["sun", "rain"][i] for i in found]


def test_what_is_said_to_be_predicted_is_what_the_stock_model_predicts(tiny_encoder, monkeypatch):
    chosen = settings(tiny_encoder)
    right = cell.export(chosen, training(), ["sun", "rain"], 1, NEW)
    assert right.predicted == fit_predicts(chosen)
    # Logits of 0, so that the first label is every text's.
    monkeypatch.setattr(stock, "FRAME", 0.0)
    lost = cell.export(chosen, training(), ["sun", "rain"], 1, NEW)
    assert lost.predicted == ["sun"] * 4
    assert lost.predicted != fit_predicts(chosen)


@pytest.mark.parametrize("n", [1, 70])
def test_any_number_of_texts_is_predicted_in_their_order(exported, n):
    texts = [NEW[i % 3] for i in range(n)]
    found = cell._predict(exported.model, exported.tokenizer, texts)
    assert found == [[0, 1, 1][i % 3] for i in range(n)]


def test_an_encoder_that_is_not_there_or_has_no_classifier_is_one_line(tiny_encoder, tmp_path):
    def refused(encoder, message):
        with pytest.raises(InputError, match=message) as caught:
            cell.export(settings(encoder), training(), ["sun", "rain"], 1, NEW)
        assert "\n" not in str(caught.value)

    refused("no/such-encoder", "no/such-encoder: cannot be loaded as an encoder")
    folder = tmp_path / "encoder"
    shutil.copytree(tiny_encoder, folder)
    (folder / "model.safetensors").write_bytes(b"broken")
    refused(folder, "encoder: cannot be loaded as an encoder")
    sizes = {"num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    kind = SplinterConfig(vocab_size=11, hidden_size=32, **sizes)
    AutoModel.from_config(kind).save_pretrained(folder)
    refused(folder, "a splinter encoder with 2 labels cannot be exported")


def test_tokenizers_that_differ_are_refused(tiny_encoder):
    kept = AutoTokenizer.from_pretrained(tiny_encoder)
    cell._check_tokens(settings(tiny_encoder), kept, NEW)
    with pytest.raises(InputError, match="differ on the text 'a apple is red'"):
        cell._check_tokens(settings(tiny_encoder), _Other(kept), NEW)


class _Other:
    """A tokenizer that leaves the last token out."""

    def __init__(self, kept):
        self.kept = kept

    def __call__(self, *texts, **options):
        rows = self.kept(*texts, **options)["input_ids"]
        return {"input_ids": [row[:-1] for row in rows]}


def test_it_is_fitted_with_the_cells_number_of_threads(tiny_encoder):
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        cell.export(settings(tiny_encoder, threads=2), training(), ["sun", "rain"], 1, NEW)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_folder_that_is_there_is_left_alone(exported, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError, match="mine: is there already, expected a new folder"):
        cell.write(exported, "card", tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []
