"""Encoders that transformers computes, of kinds that differ in attention and positions."""

import json
import shutil

import pytest
import torch
import transformers
from transformers import AutoModel

from synthgap.encoder import packed, precision
from synthgap.encoder.strangers import Stranger

SIZES = {
    "vocab_size": 11, "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
    "intermediate_size": 64, "max_position_embeddings": 24,
}  # fmt: skip
DEBERTA = transformers.DebertaV2Config(**SIZES, relative_attention=True, position_buckets=8)
MPNET = transformers.MPNetConfig(**SIZES)
ROBERTA = transformers.RobertaPreLayerNormConfig(**SIZES)
ELECTRA = transformers.ElectraConfig(**SIZES, embedding_size=32)
DISTILBERT = transformers.DistilBertConfig(
    vocab_size=11, dim=32, n_layers=1, n_heads=2, hidden_dim=64, max_position_embeddings=24
)
XLNET = transformers.XLNetConfig(vocab_size=11, d_model=32, n_layer=1, n_head=2, d_inner=64)


@pytest.fixture
def stranger(tiny_encoder, tmp_path):
    """Return what makes a folder of an encoder, with a tokenizer that names no limit."""

    def make(config):
        for file in tiny_encoder.glob("tokenizer*"):
            shutil.copy(file, tmp_path)
        named = json.loads((tmp_path / "tokenizer_config.json").read_text())["model_max_length"]
        assert named > 1e20, "it names no limit"
        torch.manual_seed(1)
        AutoModel.from_config(config).save_pretrained(tmp_path)
        return Stranger(str(tmp_path), None)

    return make


@pytest.mark.parametrize("config", [DEBERTA, MPNET, XLNET, ELECTRA], ids=lambda c: c.model_type)
@pytest.mark.parametrize("has_bfloat16", [True, False])
def test_kinds_load_with_and_without_fused_attention(stranger, monkeypatch, config, has_bfloat16):
    monkeypatch.setattr(precision, "has_bfloat16", lambda kind: has_bfloat16)
    _, width = stranger(config).whole()
    assert width == 32


@pytest.mark.parametrize(
    ("config", "longest"),
    [
        (ELECTRA, 24),
        (DISTILBERT, 24),
        # Padding's number is 1, so of 24 positions 22 are left, in columns by fours 20.
        (MPNET, 20),
        (ROBERTA, 20),
    ],
    ids=lambda value: getattr(value, "model_type", value),
)
def test_a_text_is_as_long_as_positions_allow_where_the_tokenizer_names_no_limit(
    stranger, config, longest
):
    encoder = stranger(config)
    assert encoder.longest == longest
    model, _ = encoder.whole()

    def pooled(tokens):
        batch = packed.pack([torch.full((tokens,), 5)], torch.device("cpu"))
        return model.pooled(*batch, "mean")

    assert pooled(longest).shape == (1, 32)
    with pytest.raises((IndexError, RuntimeError)):
        pooled(longest + packed.COLUMNS)


def test_relative_positions_set_no_limit(stranger):
    assert stranger(XLNET).longest > 1e20
