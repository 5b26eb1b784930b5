"""What training the plan takes, said before anything is trained.

A weight costs two operations, one multiplication and one addition, for each token that passes it
forward, and four more backward (Kaplan et al. 2020, Scaling Laws for Neural Language Models,
section 2.1). The products of tokens with tokens in attention, a few per cent at these lengths, are
left out, as are size curves and test sets of unknown size. A text is taken to be as long as the
longest that is asked for, at 1.4 tokens a word.
"""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from huggingface_hub import hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import HfHubHTTPError

from synthgap.classify.settings import EncoderSettings, Finetune, Model
from synthgap.encoder import minilm
from synthgap.fetch.choose import hub_silence
from synthgap.floor import params
from synthgap.floor.plan import REAL, Labels, Study
from synthgap.generate.forecast import TOKENS_A_WORD
from synthgap.generate.scripts import most_words

RATES = (1e11, 1e13)
"""Operations a second for which a time is told: a few processor cores, and a GPU."""

CHARACTERS_A_WORD = 6
PREDICTION_BYTES = 40
"""Of a text and seed, besides eight for each label's probability."""


class Shape(NamedTuple):
    """Of an encoder of BERT's kind."""

    layers: int
    layer_weights: int
    vocabulary_weights: int
    """Looked up, not multiplied."""


class Texts(NamedTuple):
    """Of one task and source."""

    tokens: float
    """Of a text, before an encoder cuts it."""
    training: int
    human: int
    """To be predicted."""


def lines(study: Study, models: dict[str, Model], file: Path = params.FILE) -> Iterator[str]:
    """Yield what training takes, a line for each encoder, and what the study takes on disk."""
    tables = [_texts(task, source, file) for task in study.tasks for source in study.sources]
    disk = sum(_disk(texts, len(study.seeds) * len(study.models)) for texts in tables)
    weights: dict[str, int] = {}
    for name in study.models:
        settings = models[name]
        if isinstance(settings, EncoderSettings):
            shape = shape_of(settings)
            if shape is None:
                yield f"training {name}: unknown, {settings.encoder} is not here or on the hub now"
                continue
            work = sum(operations(settings, shape, texts, len(study.seeds)) for texts in tables)
            times = " or ".join(f"{_time(work / rate)} at {rate / 1e12:g}" for rate in RATES)
            yield f"training {name}: about {work / 1e12:,.0f} Tera-operations, {times} a second"
            if settings.encoder != minilm.NAME:
                weights[settings.encoder] = 4 * (
                    shape.layers * shape.layer_weights + shape.vocabulary_weights
                )
    disk += sum(weights.values())
    size = f"{disk / 1e9:.1f} GB" if disk >= 1e8 else f"{disk / 1e6:.0f} MB"
    yield f"disk: about {size} of texts and predictions" + (
        ", with the encoders' weights" if weights else ""
    )


def operations(settings: EncoderSettings, shape: Shape, texts: Texts, seeds: int) -> float:
    """Return the operations of one cell's fits and predictions."""
    every = texts.training + texts.human
    tokens = min(texts.tokens, settings.max_tokens)
    if not isinstance(settings, Finetune):
        return 2.0 * shape.layers * shape.layer_weights * every * tokens
    trained = shape.layers if settings.trained_layers is None else settings.trained_layers
    above = trained * shape.layer_weights * tokens
    below = (shape.layers - trained) * shape.layer_weights * tokens
    learnt = texts.training * (1 - settings.validation_share) * settings.epochs
    learnt = max(settings.steps * settings.batch, learnt)
    return 2.0 * below * every + seeds * (6.0 * above * learnt + 2.0 * above * texts.human)


def shape_of(settings: EncoderSettings) -> Shape | None:
    """Return the shape of an encoder; None where its configuration is not to be had."""
    file = _configuration(settings)
    if file is None:
        return None
    found = json.loads(file.read_text(encoding="utf-8"))
    try:
        width, inner = found["hidden_size"], found["intermediate_size"]
        layer = 4 * width * width + 2 * width * inner
        return Shape(found["num_hidden_layers"], layer, found["vocab_size"] * width)
    except KeyError:
        return None  # Not of BERT's kind.


def _configuration(settings: EncoderSettings) -> Path | None:
    if settings.encoder == minilm.NAME:
        return minilm.folder() / "config.json"
    folder = Path(settings.encoder)
    if folder.is_dir():
        return folder / "config.json" if (folder / "config.json").is_file() else None
    kept = try_to_load_from_cache(settings.encoder, "config.json", revision=settings.revision)
    if isinstance(kept, str):
        return Path(kept)
    if hub_silence(os.environ):
        return None
    try:
        return Path(hf_hub_download(settings.encoder, "config.json", revision=settings.revision))
    except (HfHubHTTPError, OSError):
        return None


def _texts(task: str, source: str, file: Path) -> Texts:
    labels: Sequence[str] = params.read(f"tasks.{task}.labels", Labels, file)
    words = most_words(params.read(f"tasks.{task}.prompt.length", str, file))
    written: int = params.read("generate.per_label", int, file)
    real: int | None = params.read("fetch.train_per_label", int | None, file)
    test: int | None = params.read("fetch.test_rows", int | None, file)
    per_label = (real or written) if source == REAL else written
    return Texts(words * TOKENS_A_WORD, per_label * len(labels), test or 0)


def _disk(texts: Texts, fits: int) -> float:
    words = texts.tokens / TOKENS_A_WORD
    # A text is kept with its provenance.
    written = 2 * texts.training * words * CHARACTERS_A_WORD
    return written + texts.human * fits * (PREDICTION_BYTES + 8 * 4)


def _time(seconds: float) -> str:
    if seconds < 5400:
        return f"{max(1, round(seconds / 60))} min"
    return f"{seconds / 3600:,.0f} h"
