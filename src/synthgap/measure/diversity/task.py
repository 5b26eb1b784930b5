"""All numbers of a task's samples: of the texts of all labels, and of each label."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from synthgap.floor import seeds
from synthgap.floor.params import Section
from synthgap.floor.plan import REAL
from synthgap.measure.diversity import halves, told_apart, wording
from synthgap.measure.diversity import measures as diversity
from synthgap.measure.diversity.card import (
    OwnCard,
    OwnDifference,
    PartCard,
    RealCard,
    RealDifference,
    SampleCard,
)
from synthgap.measure.diversity.halves import Chosen, Draws
from synthgap.measure.diversity.nearest import Neighbours, nearest, nearest_others
from synthgap.measure.diversity.settings import Settings
from synthgap.measure.stats.intervals import Interval
from synthgap.measure.vectors.samples import HELD_OUT, LEAST, Sample

Measured = Mapping[str, Draws]
"""Numbers by the name of their field on the card."""


class _Halved(NamedTuple):
    """A sample with its halves and each text's neighbours in it."""

    sample: Sample
    chosen: Chosen
    among: Neighbours


def measure(task: str, samples: Mapping[str, Sample], settings: Settings) -> PartCard:
    """Return the card of the samples, overall or of one label if they hold just that.

    Args:
        task: its name, which the halves and folds depend on, with the label if there is one.
        samples: by source, and the held-out texts.
        settings: how many neighbours, halves and folds.
    """
    listed = diversity.listed_neighbours(settings.neighbours)
    halved, own = {}, {}
    for name, sample in samples.items():
        rng = seeds.rng(settings.seed, task, name)
        chosen = halves.draw(sample.labels.astype(np.str_), settings.halves, rng)
        halved[name] = _Halved(sample, chosen, nearest_others(sample.vectors, listed))
        own[name] = _own(halved[name])
    n = len(samples[HELD_OUT].texts)
    if REAL not in samples:
        cards = {name: _own_card(numbers, n) for name, numbers in own.items()}
        return PartCard(n=n, held_out=cards.pop(HELD_OUT), sources=cards)
    to_real = {}
    for name in [name for name in samples if name != REAL]:
        rng = seeds.rng(settings.seed, task, name, "folds")
        to_real[name] = _to_real(halved[REAL], halved[name], settings, rng)
    cards = {REAL: _own_card(own[REAL], n)}
    for name, numbers in to_real.items():
        ceiling = None if name == HELD_OUT else to_real[HELD_OUT]
        cards[name] = _compared_card(own[name], own[REAL], numbers, ceiling, n)
    return PartCard(n=n, held_out=cards.pop(HELD_OUT), sources=cards)


def measure_labels(
    task: str, samples: Mapping[str, Sample], settings: Settings
) -> dict[str, PartCard]:
    """Return the card of each label, without labels that have too few texts to be halved."""
    labels, counts = np.unique(samples[HELD_OUT].labels.astype(np.str_), return_counts=True)
    return {
        label: measure(
            f"{task}/{label}", {name: each.of(label) for name, each in samples.items()}, settings
        )
        for label in labels[counts >= LEAST].tolist()
    }


def _own(halved: _Halved) -> Measured:
    sample, chosen, among = halved
    split = [wording.words(text) for text in sample.texts]
    lengths = np.array([len(words) for words in split])
    quantiles = wording.length_quantiles(lengths, chosen, (0.1, 0.5, 0.9))
    sized: dict[str, Draws | None] = {
        "chamfer_distance": diversity.chamfer_distance(among, chosen),
        "vendi_score": diversity.vendi_score(sample.vectors, chosen),
        "distinct_1_share": wording.distinct_share(wording.find_runs(split, 1), chosen),
        "distinct_2_share": wording.distinct_share(wording.find_runs(split, 2), chosen),
        "compression_ratio": wording.compression_ratio(sample.texts.tolist(), chosen),
    }
    return {
        "remote_clique_distance": diversity.remote_clique_distance(sample.vectors, chosen),
        **{name: halves.rescale(draws) for name, draws in sized.items() if draws is not None},
        "words_mean": wording.mean_length(lengths, chosen),
        **dict(zip(("words_p10", "words_p50", "words_p90"), quantiles, strict=True)),
    }


def _to_real(
    real: _Halved, other: _Halved, settings: Settings, rng: np.random.Generator
) -> Measured:
    k = settings.neighbours
    texts, others = real.sample.vectors, other.sample.vectors
    to_other = nearest(texts, others, diversity.listed_neighbours(k))
    chosen = (real.chosen, other.chosen)
    similarity = diversity.similarity_score(to_other, *chosen, k)
    covered = diversity.covered_share(to_other, real.among, *chosen, k)
    measured = {
        "similarity_score": halves.rescale(similarity),
        "covered_share": halves.rescale(covered).clip(max=1),
    }
    if len(texts) >= 2 * settings.folds:
        measured["auc"] = told_apart.auc(texts, others, settings.folds, settings.halves, rng)
    return measured


def _own_card(own: Measured, n: int) -> SampleCard:
    """Return the card of a sample that is compared with no other."""
    return SampleCard(own=OwnCard(**_intervals(own, n)))


def _compared_card(
    own: Measured, real: Measured, to_real: Measured, ceiling: Measured | None, n: int
) -> SampleCard:
    """Return the card of a sample that is compared with the real texts.

    Args:
        own: fields of `OwnCard`.
        real: the same of the real texts.
        to_real: fields of `RealCard`.
        ceiling: the same of the held-out texts, None for their own card.
        n: texts of each sample.
    """
    shortfall = None
    if ceiling is not None:
        fields = _differences(to_real, ceiling, RealDifference)
        shortfall = RealDifference(**_intervals(fields, n))
    return SampleCard(
        own=OwnCard(**_intervals(own, n)),
        to_real=RealCard(**_intervals(to_real, n)),
        minus_real=OwnDifference(**_intervals(_differences(own, real, OwnDifference), n)),
        minus_held_out=shortfall,
    )


def _differences(measured: Measured, other: Measured, kind: type[Section]) -> Measured:
    fields = [field for field in kind.model_fields if field in measured]
    return {field: measured[field] - other[field] for field in fields}


def _intervals(measured: Measured, n: int) -> dict[str, Interval]:
    return {field: halves.interval(draws, n) for field, draws in measured.items()}
