import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertModel,
    DistilBertConfig,
    ElectraConfig,
    MPNetConfig,
    RobertaConfig,
    RobertaModel,
    SplinterConfig,
)

from synthgap.export import stock
from synthgap.floor.errors import InputError

SIZES = {
    "vocab_size": 50, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 64, "max_position_embeddings": 40,
}  # fmt: skip
KINDS = {"bert": (BertConfig, BertModel), "roberta": (RobertaConfig, RobertaModel)}
IDS = torch.tensor([[5, 9, 7, 8, 6, 2], [5, 3, 2, 1, 1, 1], [4, 4, 11, 2, 1, 1]])
MASK = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0]])


def mean(hidden):
    return (hidden * MASK[:, :, None]).sum(1) / MASK.sum(1, keepdim=True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("pooling", ["mean", "first"])
@pytest.mark.parametrize("labels", [2, 5])
def test_a_stock_model_from_the_folder_has_the_logits_of_ours(tmp_path, kind, pooling, labels):
    torch.manual_seed(1)
    config, encoder = KINDS[kind]
    encoder(config(**SIZES, pad_token_id=1)).save_pretrained(tmp_path / "encoder")
    head = torch.nn.Linear(32, labels)
    torch.nn.init.normal_(head.weight)
    model = AutoModelForSequenceClassification.from_pretrained(
        tmp_path / "encoder", num_labels=labels
    ).eval()
    base = getattr(model, model.base_model_prefix)
    with torch.no_grad():
        hidden = base(input_ids=IDS, attention_mask=MASK).last_hidden_state
        ours = head(hidden[:, 0] if pooling == "first" else mean(hidden))
        stock.attach(model, head.weight, head.bias, pooling)
        model.save_pretrained(tmp_path / "out")
        loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path / "out").eval()
        found = loaded(input_ids=IDS, attention_mask=MASK).logits
    assert ours.std() > 0.5
    torch.testing.assert_close(found.softmax(1), ours.softmax(1), atol=5e-4, rtol=0)


@pytest.mark.parametrize(
    ("config", "labels", "kind"),
    [
        (DistilBertConfig(vocab_size=50, dim=32, n_layers=1, n_heads=4), 2, "distilbert"),
        # Their heads have another activation, or their attention has positions.
        (ElectraConfig(**SIZES), 2, "electra"),
        (MPNetConfig(**SIZES), 2, "mpnet"),
        (SplinterConfig(**SIZES), 2, "splinter"),
        (BertConfig(**SIZES), 17, "bert"),
    ],
)  # fmt: skip
def test_an_architecture_that_cannot_hold_the_head_is_refused(config, labels, kind):
    with pytest.raises(InputError, match=f"a {kind} encoder with {labels} labels cannot be"):
        stock.check(config, labels)


def test_kinds_of_bert_are_not():
    for config, _ in KINDS.values():
        stock.check(config(**SIZES), 16)
