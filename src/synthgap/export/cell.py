"""Train a cell's first seed once more, and write it as a folder for transformers."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

from synthgap.classify import encoders
from synthgap.classify.cell import prepare
from synthgap.classify.finetune import Encoder
from synthgap.classify.protocol import Examples
from synthgap.classify.settings import Finetune
from synthgap.encoder.pretrained import local
from synthgap.export import stock
from synthgap.floor.errors import InputError


class Exported(NamedTuple):
    """A stock model, its tokenizer, and what the fit behind it said."""

    model: Any
    tokenizer: Any
    predicted: list[str]
    """The label of each text that was given to predict, by the fit itself."""


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
    stock.check(model, len(labels))
    _check_tokens(settings, tokenizer, texts)
    # As a cell of the study is made, threads included: else last digits would be others.
    fitted = cast(Encoder, prepare(settings, examples, texts))
    found = fitted.fit(seed).probabilities.argmax(axis=1)
    _copy_encoder(fitted, model)
    head = fitted.network.head
    stock.attach(model, head.weight.detach().cpu(), head.bias.detach().cpu(), settings.pooling)
    tokenizer.model_max_length = settings.max_tokens
    return Exported(model, tokenizer, [labels[i] for i in found])


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
    folder = local(settings.encoder)
    place = settings.encoder if folder is None else str(folder)
    given = {
        "revision": settings.revision if folder is None else None,
        "local_files_only": folder is not None,
    }
    # Else they warn of a head without weights, which is just what is put in here.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    model = AutoModelForSequenceClassification.from_pretrained(
        place,
        use_safetensors=True,
        dtype=torch.float32,
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        **given,
    )
    return model.eval(), AutoTokenizer.from_pretrained(place, **given)


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
