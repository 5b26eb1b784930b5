import json
from contextlib import contextmanager

import numpy as np
import pytest
import torch

from synthgap.classify import encoders
from synthgap.classify.finetune import Encoder
from synthgap.classify.protocol import Examples
from synthgap.classify.settings import Finetune
from synthgap.encoder.bert import Bert
from synthgap.floor.errors import InputError

TEXTS = [
    "the apple is red", "a red apple", "the red apple is red", "apple red",
    "the pear is green", "a green pear", "the green pear is green", "pear green",
]  # fmt: skip
EIGHT = Examples(TEXTS, np.array([0, 0, 0, 0, 1, 1, 1, 1]), 2)


def settings(folder, **changes):
    values = {
        "kind": "finetune",
        "encoder": str(folder), "pooling": "mean", "max_tokens": 16,
        "trained_layers": None, "dropout": False, "steps": 60, "epochs": 0.0, "batch": 4,
        "learning_rate": 3e-3, "head_learning_rate": 1e-2, "warmup_share": 0.1,
        "weight_decay": 0.01, "validation_share": 0.0,
    }  # fmt: skip
    return Finetune.model_validate(values | changes)


@pytest.mark.parametrize("layers", [None, 1, 2])
@pytest.mark.parametrize("pooling", ["mean", "first"])
def test_eight_texts_are_learnt_by_heart_and_carried_to_new_ones(tiny_encoder, layers, pooling):
    new = ["a apple is red", "the green pear", "is a pear green"]
    model = Encoder(settings(tiny_encoder, trained_layers=layers, pooling=pooling), EIGHT, new)
    fitted = model.fit(1)
    assert fitted.curve[-1].accuracy == 1
    assert fitted.curve[-1].loss < fitted.curve[0].loss / 3
    assert fitted.probabilities.argmax(axis=1).tolist() == [0, 1, 1]
    np.testing.assert_allclose(fitted.probabilities.sum(axis=1), 1, rtol=1e-5)


def test_equal_seeds_give_equal_bytes_whatever_was_fitted_before(tiny_encoder):
    model = Encoder(settings(tiny_encoder, dropout=True), EIGHT, TEXTS)
    first, other, again = model.fit(1), model.fit(2), model.fit(1)
    assert first.probabilities.tobytes() == again.probabilities.tobytes()
    assert first.curve == again.curve
    assert first.probabilities.tobytes() != other.probabilities.tobytes()
    fresh = Encoder(settings(tiny_encoder, dropout=True), EIGHT, TEXTS).fit(2)
    assert fresh.probabilities.tobytes() == other.probabilities.tobytes()


@pytest.mark.parametrize("trained", [1, 2])
def test_what_is_below_the_trained_layers_stays_and_what_is_above_learns(tiny_encoder, trained):
    parts = encoders.load(settings(tiny_encoder, trained_layers=trained), trained)
    assert parts.width == 32
    assert not any(parameter.requires_grad for parameter in parts.below.parameters())
    assert all(parameter.requires_grad for parameter in parts.above.parameters())
    assert len(parts.above.encoder["layer"]) == trained


def test_only_the_trained_layers_move(tiny_encoder):
    model = Encoder(settings(tiny_encoder, trained_layers=1), EIGHT, TEXTS)
    before = {name: t.clone() for name, t in model.network.above.state_dict().items()}
    model.fit(1)
    after = model.network.above.state_dict()
    assert before.keys() == after.keys()
    assert all(name.startswith("encoder.layer.1.") for name in after)
    moved = "encoder.layer.1.output.dense.weight"
    assert not torch.equal(before[moved], after[moved])


def test_steps_or_epochs_whichever_is_more(tiny_encoder):
    # Eight texts in batches of four are two steps a pass.
    by_steps = Encoder(settings(tiny_encoder, steps=3, epochs=1.0), EIGHT, []).fit(1)
    assert [point.epoch for point in by_steps.curve] == [1.0, 1.5]
    by_epochs = Encoder(settings(tiny_encoder, steps=3, epochs=3.0), EIGHT, []).fit(1)
    assert [point.epoch for point in by_epochs.curve] == [1.0, 2.0, 3.0]
    assert by_epochs.probabilities.shape == (0, 2)


def test_a_longer_text_is_cut(tiny_encoder):
    ids = encoders.tokenise(settings(tiny_encoder, max_tokens=8), ["red " * 50, "red"])
    assert [len(row) for row in ids] == [8, 3]


def test_the_bundled_encoder_is_the_published_one():
    chosen = settings("all-MiniLM-L6-v2", trained_layers=3)
    parts = encoders.load(chosen, 3)
    assert parts.width == 384
    # 6 layers of 1,774,464 weights, of which three learn.
    assert sum(p.numel() for p in parts.above.parameters()) == 3 * 1_774_464


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_tokens": 600, "encoder": "all-MiniLM-L6-v2"}, "max_tokens is 600, expected at most"),
        ({"trained_layers": 3}, "found 2 layers, expected at least trained_layers = 3"),
        ({"encoder": "no/such-encoder"}, "no/such-encoder: cannot be loaded as an encoder"),
        (
            {"encoder": "no/such-encoder", "trained_layers": 1},
            "no/such-encoder: cannot be loaded as an encoder",
        ),
    ],
)
def test_an_encoder_that_does_not_fit_is_named(tiny_encoder, changes, message):
    with pytest.raises(InputError, match=message) as caught:
        Encoder(settings(tiny_encoder, **changes), EIGHT, [])
    assert "\n" not in str(caught.value)


def test_another_kind_is_trained_whole_or_not_at_all(tiny_encoder, tmp_path):
    for file in tiny_encoder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"hidden_act": "relu"}))
    whole = Encoder(settings(tmp_path), EIGHT, TEXTS).fit(1)
    assert whole.curve[-1].accuracy == 1
    with pytest.raises(InputError, match="trained_layers is 1, expected null: an encoder of this"):
        Encoder(settings(tmp_path, trained_layers=1), EIGHT, TEXTS)


def test_a_text_without_tokens_is_named(tiny_encoder, tmp_path):
    for file in tiny_encoder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    tokens = json.loads((tmp_path / "tokenizer.json").read_text())
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokens | {"post_processor": None}))
    with pytest.raises(InputError, match=r"makes no token of the text '  '"):
        encoders.tokenise(settings(tmp_path), ["red", "  "])


def test_weights_that_are_no_safetensors_are_refused(tiny_encoder, tmp_path):
    for file in tiny_encoder.iterdir():
        if file.name != "model.safetensors":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(InputError, match="safetensors"):
        Encoder(settings(tmp_path), EIGHT, [])


def test_a_share_of_the_training_texts_is_shown_on_the_curve_and_not_learnt_from(tiny_encoder):
    chosen = settings(tiny_encoder, validation_share=0.25, steps=4)
    model = Encoder(chosen, EIGHT, [])
    assert sorted([*model._training, *model._validation]) == list(range(8))
    curve = model.fit(1).curve
    # Six texts in batches of four are two steps a pass.
    assert [(point.epoch, point.part) for point in curve] == [
        (1.0, "training"), (1.0, "validation"), (2.0, "training"), (2.0, "validation"),
    ]  # fmt: skip
    held = model._validation
    other = Examples(
        [text if i in model._training else "pear pear" for i, text in enumerate(TEXTS)],
        np.where(np.isin(np.arange(8), held), 1 - EIGHT.labels, EIGHT.labels),
        2,
    )
    learnt = [
        Encoder(chosen, examples, TEXTS).fit(1).probabilities.tobytes()
        for examples in (EIGHT, other)
    ]
    assert learnt[0] == learnt[1], "what is held back changes nothing that is learnt"


@contextmanager
def memory_for(model, fits):
    """Let a model run out of memory, after its forward pass, where it learns what does not fit."""
    kept = model.network.forward

    def forward(values, layout):
        found = kept(values, layout)
        if torch.is_grad_enabled() and not fits(layout):
            raise torch.OutOfMemoryError
        return found

    model.network.forward = forward
    try:
        yield
    finally:
        model.network.forward = kept


def test_a_batch_in_pieces_teaches_what_the_whole_one_does(tiny_encoder):
    model = Encoder(settings(tiny_encoder, steps=6), EIGHT, TEXTS)
    whole = model.fit(1)
    with memory_for(model, lambda layout: len(layout.lengths) == 1):
        pieces = model.fit(1)
    assert whole.curve != pieces.curve
    np.testing.assert_allclose(whole.probabilities, pieces.probabilities, atol=0.02)


def test_with_dropout_equal_seeds_give_equal_bytes_where_memory_is_short_too(tiny_encoder):
    # Texts have 4 to 7 tokens, so that of the batches of four some fit and some do not.
    model = Encoder(settings(tiny_encoder, dropout=True, steps=20), EIGHT, TEXTS)
    with memory_for(model, lambda layout: layout.mask.numel() < 4 * 8):
        first, _, again = model.fit(1), model.fit(2), model.fit(1)
    assert first.probabilities.tobytes() == again.probabilities.tobytes()
    assert first.curve == again.curve


def test_memory_that_is_short_once_changes_no_other_fit(tiny_encoder):
    model = Encoder(settings(tiny_encoder, dropout=True, steps=20), EIGHT, TEXTS)
    plenty = model.fit(1)
    left = iter([True] * 4 + [False])
    with memory_for(model, lambda layout: next(left, True)):
        short, after = model.fit(1), model.fit(1)
    assert short.probabilities.tobytes() != plenty.probabilities.tobytes()
    assert after.probabilities.tobytes() == plenty.probabilities.tobytes()


def test_the_masks_of_a_batch_follow_from_its_number_however_often_it_is_tried(tiny_encoder):
    model = Encoder(settings(tiny_encoder, dropout=True), EIGHT, TEXTS)

    def gradient(rows, number):
        model._learn(np.array(rows), model._optimizer(), number)
        return model.network.head.weight.grad

    model.network.reset(1)
    model.network.train()
    first = gradient(range(4), 5)
    assert not torch.equal(gradient(range(4), 6), first)
    assert torch.equal(gradient(range(4), 5), first)
    with memory_for(model, lambda layout: len(layout.lengths) <= 2):
        tried, cut_at_once = gradient(range(4), 5), gradient(range(4), 5)
    assert torch.equal(tried, cut_at_once)


def test_layers_below_that_run_out_of_memory_go_in_pieces(tiny_encoder, monkeypatch):
    chosen = settings(tiny_encoder, trained_layers=1, steps=4)
    whole = Encoder(chosen, EIGHT, TEXTS).fit(1)
    kept = Bert.forward

    def forward(self, values, layout):
        if self.embeddings is not None and len(layout.lengths) > 3:
            raise torch.OutOfMemoryError
        return kept(self, values, layout)

    monkeypatch.setattr(Bert, "forward", forward)
    pieces = Encoder(chosen, EIGHT, TEXTS).fit(1)
    np.testing.assert_allclose(whole.probabilities, pieces.probabilities, atol=0.02)
