"""Train a cell's first seed once more, and write it as a folder for transformers."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

from synthgap.classify import batches, encoders
from synthgap.classify.batches import Rows
from synthgap.classify.cell import prepare
from synthgap.classify.device import Pieces, chosen_device
from synthgap.classify.finetune import PREDICT_BATCH, Encoder
from synthgap.classify.protocol import Examples
from synthgap.classify.settings import Finetune
from synthgap.encoder.strangers import load
from synthgap.export import stock
from synthgap.floor.errors import InputError


class Exported(NamedTuple):
    """A stock model, its tokenizer, and what they predict."""

    model: Any
    tokenizer: Any
    predicted: list[str]
    """The label of each text that was given to predict, by the stock model."""


def export(
    settings: Finetune, training: pd.DataFrame, labels: list[str], seed: int, texts: list[str]
) -> Exported:
    """Return the model of one fit.

    Args:
        settings: of the model.
        training: TEXTS.
        labels: of the task, in order.
        seed: of the fit.
        texts: to predict; with the study's own, the numbers can be compared with the study's.

    Raises:
        InputError: the encoder cannot be loaded, or its architecture cannot hold the head.
    """
    places = {label: i for i, label in enumerate(labels)}
    numbers = training["label"].map(places).to_numpy(dtype=np.int64)
    examples = Examples(training["text"].tolist(), numbers, len(labels))
    model, tokenizer = _stock(settings, labels)
    _check_tokens(settings, tokenizer, texts)
    # As a cell of the study is made, threads included: else last digits would be others.
    fitted = cast(Encoder, prepare(settings, examples, texts))
    fitted.fit(seed)
    _copy_encoder(fitted, model)
    head = fitted.network.head
    stock.attach(model, head.weight.detach().cpu(), head.bias.detach().cpu(), settings.pooling)
    tokenizer.model_max_length = settings.max_tokens
    # Not as the fit predicts them, so that a conversion gone wrong does not go unseen.
    return Exported(model, tokenizer, [labels[i] for i in _predict(model, tokenizer, texts)])


def write(made: Exported, card: str, out: Path) -> None:
    """Write the folder, whole or not at all.

    Raises:
        InputError: it is there already.
    """
    if out.exists():
        raise InputError(f"{out}: is there already, expected a new folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent, prefix=f".{out.name}") as beside:
        folder = Path(beside) / "model"
        made.model.save_pretrained(folder)
        made.tokenizer.save_pretrained(folder)
        (folder / "README.md").write_text(card, encoding="utf-8")
        folder.rename(out)


def _stock(settings: Finetune, labels: list[str]) -> tuple[Any, Any]:
    place, revision = settings.encoder, settings.revision
    stock.check(load(place, revision, AutoConfig), len(labels))
    # Else they warn of a head without weights, which is just what is put in here.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    model = load(
        place,
        revision,
        AutoModelForSequenceClassification,
        use_safetensors=True,
        dtype=torch.float32,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )
    return model.eval(), load(place, revision, AutoTokenizer)


def _check_tokens(settings: Finetune, tokenizer: Any, texts: Sequence[str]) -> None:  # noqa: ANN401
    """Check that whoever loads the folder gives the model the tokens that it was fitted on."""
    rows = tokenizer(list(texts), truncation=True, max_length=settings.max_tokens)["input_ids"]
    for text, ids, stock_ids in zip(texts, encoders.tokenise(settings, texts), rows, strict=True):
        if ids.tolist() != stock_ids:
            raise InputError(
                f"{settings.encoder}: its tokenizer.json and transformers' own tokenizer differ on "
                f"the text {text[:40]!r}, expected the same tokens"
            )


def _copy_encoder(fitted: Encoder, model: Any) -> None:  # noqa: ANN401
    """Put the trained layers into the stock model, whose others are the pretrained ones already."""
    base = getattr(model, model.base_model_prefix)
    state = fitted.network.above.cpu().state_dict()
    if fitted.narrowed is not None:
        state = fitted.narrowed.widened(base.get_input_embeddings().weight)
    # Another kind than ours, which transformers computed, is one attribute deeper.
    state = {name.removeprefix("model."): weights for name, weights in state.items()}
    # What transformers adds above the hidden states is not trained, and not in every classifier.
    unknown = base.load_state_dict(state, strict=False).unexpected_keys
    assert all(name.startswith("pooler.") for name in unknown), unknown


@torch.inference_mode()
def _predict(model: Any, tokenizer: Any, texts: list[str]) -> list[int]:  # noqa: ANN401
    """Return the number of each text's label, as whoever loads the folder will find it."""
    device = chosen_device()
    model.to(device)
    lengths = np.array([len(ids) for ids in tokenizer(texts, truncation=True)["input_ids"]])
    found = np.zeros(len(texts), dtype=np.int64)

    def predict(pieces: list[Rows]) -> None:
        for piece in pieces:
            some = [texts[i] for i in piece]
            rows = tokenizer(some, truncation=True, padding=True, return_tensors="pt").to(device)
            found[piece] = model(**rows).logits.argmax(1).cpu()

    sizes = Pieces()
    for rows in batches.by_length(lengths, PREDICT_BATCH):
        sizes.run(rows, lengths[rows], predict)
    model.to("cpu")
    return found.tolist()
