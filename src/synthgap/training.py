"""What training the plan takes, said before anything is trained.

A weight costs two operations, one multiplication and one addition, for each token that passes it
forward, and four more backward (Kaplan et al. 2020, Scaling Laws for Neural Language Models,
section 2.1). The products of tokens with tokens in attention, a few per cent at these lengths, are
left out, as are size curves and texts of unknown number: whole test sets, and all human texts to
train on. A text is taken to be as long as the
longest that is asked for, at 1.4 tokens a word.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from httpx2 import HTTPError
from huggingface_hub import hf_hub_download, try_to_load_from_cache

from synthgap.classify.settings import EncoderSettings, Finetune, Model
from synthgap.encoder import minilm
from synthgap.encoder.files import local, not_loaded, read
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
    """0 where their number is unknown."""
    human: int
    """To be predicted; likewise."""


def lines(study: Study, models: dict[str, Model], file: Path = params.FILE) -> Iterator[str]:
    """Yield what training takes, a line for each encoder, and what the study takes on disk."""
    tables = [_texts(task, source, file) for task in study.tasks for source in study.sources]
    disk = sum(_disk(texts, len(study.seeds) * len(study.models)) for texts in tables)
    left_out = list(_left_out(study, file))
    about = "at least" if left_out else "about"
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
            yield f"training {name}: {about} {work / 1e12:,.0f} Tera-operations, {times} a second"
            if settings.encoder != minilm.NAME:
                weights[settings.encoder] = 4 * (
                    shape.layers * shape.layer_weights + shape.vocabulary_weights
                )
    disk += sum(weights.values())
    size = f"{disk / 1e9:.1f} GB" if disk >= 1e8 else f"{disk / 1e6:.0f} MB"
    yield f"disk: {about} {size} of texts and predictions" + (
        ", with the encoders' weights" if weights else ""
    )
    if left_out:
        yield f"not counted: {', '.join(left_out)}: their number is known once they are fetched"


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
    """Return the shape of an encoder; None where its configuration is not to be had.

    Raises:
        InputError: it is neither a folder nor a hub id, or its configuration cannot be read.
    """
    file = _configuration(settings)
    if file is None:
        return None
    found = read(file)
    try:
        names = ("num_hidden_layers", "hidden_size", "intermediate_size", "vocab_size")
        layers, width, inner, vocabulary = (int(found[name]) for name in names)
        return Shape(layers, 4 * width * width + 2 * width * inner, vocabulary * width)
    except KeyError:
        return None  # Not of BERT's kind.
    except (TypeError, ValueError) as error:
        raise not_loaded(str(file), error) from error


def _configuration(settings: EncoderSettings) -> Path | None:
    folder = local(settings.encoder)
    if folder is not None:
        return folder / "config.json" if (folder / "config.json").is_file() else None
    try:
        kept = try_to_load_from_cache(settings.encoder, "config.json", revision=settings.revision)
        if isinstance(kept, str):
            return Path(kept)
        if hub_silence(os.environ):
            return None
        return Path(hf_hub_download(settings.encoder, "config.json", revision=settings.revision))
    except (HTTPError, OSError):
        return None
    except ValueError as error:  # It is no hub id either.
        raise not_loaded(settings.encoder, error) from error


def _texts(task: str, source: str, file: Path) -> Texts:
    labels: Sequence[str] = params.read(f"tasks.{task}.labels", Labels, file)
    words = most_words(params.read(f"tasks.{task}.prompt.length", str, file))
    written: int = params.read("generate.per_label", int, file)
    real: int | None = params.read("fetch.train_per_label", int | None, file)
    test: int | None = params.read("fetch.test_rows", int | None, file)
    per_label = (real or 0) if source == REAL else written
    return Texts(words * TOKENS_A_WORD, per_label * len(labels), test or 0)


def _left_out(study: Study, file: Path) -> Iterator[str]:
    """Yield which texts of the plan have no known number."""
    if REAL in study.sources and params.read("fetch.train_per_label", int | None, file) is None:
        yield "human texts to train on (fetch.train_per_label is null)"
    if params.read("fetch.test_rows", int | None, file) is None:
        yield "test texts (fetch.test_rows is null)"


def _disk(texts: Texts, fits: int) -> float:
    words = texts.tokens / TOKENS_A_WORD
    # A text is kept with its provenance.
    written = 2 * texts.training * words * CHARACTERS_A_WORD
    return written + texts.human * fits * (PREDICTION_BYTES + 8 * 4)


def _time(seconds: float) -> str:
    if seconds < 5400:
        return f"{max(1, round(seconds / 60))} min"
    return f"{seconds / 3600:,.0f} h"
