"""Ours against transformers, in single precision."""

import json
import subprocess
import sys

import pytest
import torch
from tokenizers import (
    ByteLevelBPETokenizer,
    Tokenizer,
    models,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import (
    AutoModel,
    AutoTokenizer,
    BertConfig,
    BertModel,
    CamembertConfig,
    CamembertModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    XLMRobertaConfig,
    XLMRobertaModel,
)
from transformers import RobertaModel as Roberta

from synthgap.encoder import minilm, packed, precision, pretrained, shape, strangers
from synthgap.floor.errors import InputError

CPU = torch.device("cpu")
SIZES = {
    "vocab_size": 50, "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4,
    "intermediate_size": 64, "max_position_embeddings": 20,
}  # fmt: skip
KINDS = {"bert": (BertConfig, BertModel), "roberta": (RobertaConfig, Roberta)}
TEXTS = [torch.tensor([5, 9, 7, 8, 6, 2]), torch.tensor([5, 3]), torch.tensor([4, 4, 11, 2, 8])]

ODD = [
    "", " ", "Nothing odd here.", "ÄÖÜ straße, naïve café", "你好，世界", "👩‍👩‍👧 and 🧪!",
    "a\tb\nc\u200bd\x07", "[CLS] [SEP] [PAD] [MASK] ##ing", "İstanbul ﬁne Ⅷ", "word " * 300,
    "https://example.org/a?b=c&d=%20 @user #tag", "x" * 400, "don't — won’t… “quoted”",
    "1,234.56€ = ½", "\ufeffbom \u202eturned",
]  # fmt: skip
LEARNT = [text for text in ODD if text.strip()]


@pytest.fixture
def single(monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda kind: False)


@pytest.fixture(params=KINDS)
def folder(request, tmp_path, tiny_encoder):
    torch.manual_seed(1)
    config, model = KINDS[request.param]
    made = model(config(**SIZES, pad_token_id=1))
    for weights in made.parameters():
        torch.nn.init.normal_(weights, std=0.3)
    made.save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_encoder).save_pretrained(tmp_path)
    return tmp_path


def theirs(model, text):
    return model(input_ids=text[None], attention_mask=torch.ones_like(text[None]))[0][0]


def without_dropout(model):
    """Let so little be dropped while it trains that nothing is, but by the plain products."""
    model.shape = model.shape._replace(dropout=0.0)
    for layer in model.encoder["layer"].values():
        layer.shape = layer.shape._replace(dropout=0.0, attention_dropout=1e-9)


def test_hidden_states_are_those_of_transformers(folder, single):
    batch = packed.pack(TEXTS, CPU)
    found = pretrained.find(str(folder)).whole()(*batch)
    expected = torch.cat([theirs(AutoModel.from_pretrained(folder).eval(), t) for t in TEXTS])
    assert expected.std() > 0.2
    torch.testing.assert_close(found[: len(expected)], expected, atol=1e-4, rtol=1e-4)


def test_gradients_are_those_of_transformers(folder, single):
    model, batch = pretrained.find(str(folder)).whole(), packed.pack(TEXTS, CPU)
    model(*batch)[: batch.layout.tokens].pow(3).sum().backward()
    stock = AutoModel.from_pretrained(folder).eval()
    sum(theirs(stock, text).pow(3).sum() for text in TEXTS).backward()
    ours = {name: weights.grad for name, weights in model.named_parameters()}
    expected = {name: w.grad for name, w in stock.named_parameters() if "pooler" not in name}
    assert ours.keys() == expected.keys()
    for name, gradient in expected.items():
        # That of a bias of keys is 0 but for rounding.
        size = 1.0 if name.endswith("key.bias") else float(gradient.abs().max())
        torch.testing.assert_close(ours[name], gradient, atol=1e-3 * size, rtol=1e-3, msg=name)


@pytest.mark.parametrize("pooling", ["mean", "first"])
@pytest.mark.parametrize("plain", [True, False], ids=["plain products", "torch's attention"])
def test_vectors_and_their_gradients_are_those_of_hidden_states(folder, single, pooling, plain):
    model, batch = pretrained.find(str(folder)).whole(), packed.pack(TEXTS, CPU)
    if plain:
        without_dropout(model)
        model.train()
    pool = batch.layout.mean if pooling == "mean" else batch.layout.first
    expected = pool(model(*batch))
    assert expected.std() > 0.1
    found = model.pooled(*batch, pooling)
    torch.testing.assert_close(found, expected)
    gradients = torch.autograd.grad(expected.pow(3).sum(), list(model.parameters()))
    ours = torch.autograd.grad(found.pow(3).sum(), list(model.parameters()))
    torch.testing.assert_close(ours, gradients)


def test_only_first_tokens_pass_what_follows_attention_in_the_last_layer(folder):
    model, batch = pretrained.find(str(folder)).whole(), packed.pack(TEXTS, CPU)
    rows = []
    for layer in model.encoder["layer"].values():
        layer.output["dense"].register_forward_hook(
            lambda module, given, found: rows.append(len(found))
        )
    model.pooled(*batch, "first")
    assert rows == [len(batch.values)] * 2 + [len(TEXTS)]


def test_bfloat16_comes_near(folder, monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda kind: True)
    batch = packed.pack(TEXTS, CPU)
    found = pretrained.find(str(folder)).whole()(*batch)
    assert found.dtype == torch.bfloat16
    stock = AutoModel.from_pretrained(folder).eval()
    for text, states in zip(TEXTS, found.float().split([6, 2, 5, 3])[:3], strict=True):
        expected = theirs(stock, text)
        assert torch.cosine_similarity(states, expected).min() > 0.99


def test_layers_one_after_the_other_are_the_whole_encoder(folder, single):
    encoder, batch = pretrained.find(str(folder)), packed.pack(TEXTS, CPU)
    below, above = encoder.cut(1)
    found = above(below(*batch), batch.layout)
    torch.testing.assert_close(found, encoder.whole()(*batch))
    names = set(below.state_dict()) | set(above.state_dict())
    assert names == set(encoder.whole().state_dict())
    assert all(name.startswith("encoder.layer.2.") for name in above.state_dict())


def test_while_it_trains_it_drops(folder, single):
    model, batch = pretrained.find(str(folder)).whole(), packed.pack(TEXTS, CPU)
    still = model(*batch)
    assert torch.equal(model(*batch), still)
    model.train()
    one, other = model(*batch), model(*batch)
    assert not torch.equal(one, other)
    assert not torch.equal(one, still)


def test_the_bundled_encoder_and_its_tokens_are_transformers_own():
    encoder = pretrained.bundled()
    assert encoder.longest == 512
    tokenizer = AutoTokenizer.from_pretrained(minilm.folder())
    for most in (8, 96, 256):
        expected = tokenizer(ODD, truncation=True, max_length=most)["input_ids"]
        assert [text.tolist() for text in encoder.tokenise(ODD, most)] == expected
    ids = encoder.tokenise(ODD, 64)
    batch = packed.pack(ids, CPU)
    stock = AutoModel.from_pretrained(minilm.folder()).eval()
    with torch.inference_mode():
        found = batch.layout.mean(encoder.whole()(*batch).float())
        expected = torch.stack([theirs(stock, text).mean(0) for text in ids])
    assert torch.cosine_similarity(found, expected).min() > 0.999


def test_names_from_before_and_of_a_base_model_are_read(folder):
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    old = {
        f"bert.{name.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta')}": w
        for name, w in weights.items()
    }
    expected = pretrained.find(str(folder)).whole().state_dict()
    save_file(old, folder / "model.safetensors")
    found = pretrained.find(str(folder)).whole().state_dict()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.parametrize(
    "changed",
    [
        {"model_type": "electra"}, {"hidden_act": "relu"}, {"is_decoder": True},
        {"position_embedding_type": "relative_key"}, {"embedding_size": 16},
    ],
)  # fmt: skip
def test_other_kinds_are_left_to_transformers(folder, changed):
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changed))
    assert pretrained.find(str(folder)) is None


@pytest.mark.parametrize("lacking", ["model.safetensors", "tokenizer.json"])
def test_a_folder_that_lacks_weights_or_tokens_is_left_to_transformers(folder, lacking):
    (folder / lacking).unlink()
    assert pretrained.find(str(folder)) is None


def test_a_folder_without_limits_of_its_tokenizer_has_those_of_its_positions(folder):
    (folder / "tokenizer_config.json").unlink()
    found = pretrained.find(str(folder))
    assert found.longest == found.shape.longest


def spoilt_weights(folder):
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, folder / "model.safetensors")


def cut(name):
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:100])


def told(**changed):
    def write(folder):
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | changed))

    return write


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (spoilt_weights, r"model\.safetensors: .*encoder\.layer\.1\.output\.dense\.weight"),
        (cut("model.safetensors"), r"model\.safetensors: cannot be loaded as an encoder"),
        (told(hidden_size=36), r"model\.safetensors: .*size mismatch for embeddings\.word"),
        (cut("tokenizer.json"), r"tokenizer\.json: cannot be loaded as an encoder"),
        (cut("config.json"), r"config\.json: cannot be loaded as an encoder"),
        (told(max_position_embeddings=None), r"/config\.json: cannot be loaded as an encoder"),
        (lambda folder: (folder / "config.json").write_text("[1]"), r"list instead of an object"),
        (lambda folder: (folder / "config.json").unlink(), r"No such file.*config\.json"),
    ],
)
def test_a_broken_folder_is_one_line(folder, spoil, line):
    def load():
        found = pretrained.find(str(folder))
        return found.tokenise(["red"], 8), found.whole()

    spoil(folder)
    with pytest.raises(InputError, match=line) as caught:
        load()
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("a folder or a hub id with safetensors")


def bytes_and_their_pairs(special):
    learnt = ByteLevelBPETokenizer()
    learnt.train_from_iterator(LEARNT, 400, special_tokens=special)
    inner = Tokenizer.from_str(learnt.to_str())
    inner.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), add_prefix_space=False
    )
    return inner


def likely_pieces(special):
    inner = Tokenizer(models.Unigram())
    inner.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    inner.train_from_iterator(
        LEARNT * 3,
        trainers.UnigramTrainer(vocab_size=300, special_tokens=special, unk_token="<unk>"),
    )
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        special_tokens=[(name, inner.token_to_id(name)) for name in ("<s>", "</s>")],
    )
    return inner


@pytest.mark.parametrize(
    ("learn", "config", "model"),
    [
        (bytes_and_their_pairs, RobertaConfig, Roberta),
        (likely_pieces, XLMRobertaConfig, XLMRobertaModel),
        (likely_pieces, CamembertConfig, CamembertModel),
    ],
)
def test_tokens_of_other_vocabularies_are_transformers_own(tmp_path, learn, config, model):
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    inner = learn(special)
    names = ("bos_token", "pad_token", "eos_token", "unk_token", "mask_token")
    PreTrainedTokenizerFast(
        tokenizer_object=inner, cls_token="<s>", sep_token="</s>",
        **dict(zip(names, special, strict=True)),
    ).save_pretrained(tmp_path)  # fmt: skip
    sizes = SIZES | {"vocab_size": inner.get_vocab_size(), "max_position_embeddings": 66}
    model(config(**sizes, pad_token_id=1)).save_pretrained(tmp_path)
    kind = model.__name__.removesuffix("Model") + "Tokenizer"
    file = tmp_path / "tokenizer_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"tokenizer_class": kind}))
    expected = AutoTokenizer.from_pretrained(tmp_path)
    assert type(expected).__name__ == kind
    rows = expected(ODD, truncation=True, max_length=64)["input_ids"]
    found = pretrained.find(str(tmp_path))
    assert found.longest == 64
    assert [ids.tolist() for ids in found.tokenise(ODD, 64)] == rows


def test_both_ways_of_attention_are_the_same(folder, single):
    encoder, batch = pretrained.find(str(folder)), packed.pack(TEXTS, CPU)
    model = encoder.whole()
    without_dropout(model)
    with torch.no_grad():
        fused = model(*batch)
        plain = model.train()(*batch)
    n = batch.layout.tokens
    assert not torch.equal(plain[:n], fused[:n])
    torch.testing.assert_close(plain[:n], fused[:n], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_strangers_are_given_packed_texts_and_give_packed_states(folder, kind, monkeypatch):
    monkeypatch.setattr(precision, "has_bfloat16", lambda device: kind == torch.bfloat16)
    model, width = strangers.Stranger(str(folder), None).whole()
    assert width == 32
    batch = packed.pack(TEXTS, CPU)
    with torch.no_grad():
        found = model.to(kind)(*batch)[: batch.layout.tokens].float()
        stock = AutoModel.from_pretrained(folder).eval()
        expected = torch.cat([theirs(stock, text) for text in TEXTS])
    near = 1e-4 if kind == torch.float32 else 0.15
    torch.testing.assert_close(found, expected, atol=near, rtol=near)


def test_a_fit_imports_neither_transformers_nor_torchs_compiler(tiny_encoder):
    code = f"""
import sys
from synthgap.classify.cell import prepare
from tests.classify.test_finetune import EIGHT, TEXTS, settings
for module in [m for m in sys.modules if m.split(".")[0] == "transformers"]:
    raise SystemExit("the test itself imports " + module)
prepare(settings({str(tiny_encoder)!r}, steps=1), EIGHT, TEXTS).fit(1)
print(sorted({{"transformers", "torch._dynamo", "sentence_transformers"}} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_kinds_are_known_by_their_configuration():
    config = json.loads((minilm.folder() / "config.json").read_text())
    found = shape.described(config)
    assert (found.layers, found.width, found.heads, found.inner) == (6, 384, 12, 1536)
    roberta = shape.described(config | {"model_type": "roberta", "pad_token_id": 1})
    assert (roberta.first_position, roberta.longest) == (2, 510)
