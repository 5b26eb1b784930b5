import numpy as np
import torch
from transformers import AutoTokenizer, Gemma3TextConfig, Gemma3TextModel

from synthgap.classify import encoders
from synthgap.classify.finetune import Encoder
from synthgap.classify.vocabulary import Narrowed
from synthgap.encoder.packed import pack
from tests.classify.test_finetune import EIGHT, TEXTS, settings


def test_hidden_states_are_those_of_the_whole_vocabulary(tiny_encoder):
    chosen = settings(tiny_encoder, trained_layers=None)
    model = encoders.load(chosen, None).above
    ids = encoders.tokenise(chosen, TEXTS)
    with torch.no_grad():
        whole = model(*pack(ids, torch.device("cpu")))
        narrowed = Narrowed(model, ids)
        found = model(*pack(narrowed.renumber(ids), torch.device("cpu")))
    assert torch.equal(whole, found)
    used = {token for text in ids for token in text.tolist()} | {0}
    assert narrowed.tokens.tolist() == sorted(used)
    assert model.get_input_embeddings().num_embeddings == len(used)


def test_padding_and_what_is_before_it_keep_their_numbers(tiny_encoder):
    model = encoders.load(settings(tiny_encoder, trained_layers=None), None).above
    model.get_input_embeddings().padding_idx = 2
    narrowed = Narrowed(model, [torch.tensor([9, 7])])
    assert narrowed.tokens.tolist() == [0, 1, 2, 7, 9]
    (text,) = narrowed.renumber([torch.tensor([9, 7, 2])])
    assert text.tolist() == [4, 3, 2]


def test_widened_weights_are_the_pretrained_ones_where_no_text_was(tiny_encoder):
    chosen = settings(tiny_encoder, trained_layers=None)
    model = encoders.load(chosen, None).above
    pretrained = model.get_input_embeddings().weight.detach().clone()
    narrowed = Narrowed(model, [torch.tensor([5])])
    with torch.no_grad():
        model.get_input_embeddings().weight += 1
    (name,) = [name for name in narrowed.widened(pretrained) if "word_embeddings" in name]
    widened = narrowed.widened(pretrained)[name]
    moved = (widened != pretrained).any(dim=1).nonzero().flatten().tolist()
    assert moved == sorted({0, 5})


def test_further_texts_to_predict_change_no_prediction(tiny_encoder):
    chosen = settings(tiny_encoder, trained_layers=None, batch=4)
    few = Encoder(chosen, EIGHT, TEXTS[:2]).fit(1).probabilities
    # The same texts again among others, which have other words.
    many = Encoder(chosen, EIGHT, [*TEXTS[:2], *TEXTS[2:]]).fit(1).probabilities
    np.testing.assert_allclose(many[:2], few, atol=2e-2)


def test_a_table_of_another_kind_is_left_as_it_is(tiny_encoder, tmp_path):
    config = Gemma3TextConfig(
        vocab_size=11, hidden_size=32, intermediate_size=64, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, head_dim=16, pad_token_id=0,
    )  # fmt: skip
    torch.manual_seed(0)
    # Its embeddings are scaled when they are looked up.
    Gemma3TextModel(config).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_encoder).save_pretrained(tmp_path)
    fitted = Encoder(settings(tmp_path, trained_layers=None), EIGHT, TEXTS)
    assert fitted.narrowed is None
    assert fitted.fit(1).curve[-1].accuracy == 1
