"""Cards of diversity made by hand."""

from synthgap.floor.plan import REAL
from synthgap.measure.diversity.card import (
    DiversityCard,
    OwnCard,
    OwnDifference,
    PartCard,
    RealCard,
    RealDifference,
    SampleCard,
)
from synthgap.measure.stats.intervals import Interval


def number(value):
    return Interval(value, value - 0.1, value + 0.1, 40)


def filled(kind, value):
    return kind(**{field: number(value) for field in kind.model_fields})


def diversity_card(similarity, sources=("real", "few_shot")):
    """Every source but the real one has that similarity, held-out texts have 0.9."""
    if REAL not in sources:
        return _card({source: SampleCard(own=filled(OwnCard, 0.4)) for source in sources}, {})
    synthetic = SampleCard(
        own=filled(OwnCard, 0.4),
        to_real=filled(RealCard, similarity),
        minus_real=filled(OwnDifference, -0.1),
        minus_held_out=filled(RealDifference, similarity - 0.9),
    )
    real = SampleCard(own=filled(OwnCard, 0.5))
    cards = {source: real if source == REAL else synthetic for source in sources}
    return _card(cards, {"to_real": filled(RealCard, 0.9)})


def _card(sources, held_out):
    held_out = SampleCard(own=filled(OwnCard, 0.6), **held_out)
    part = PartCard(n=40, sources=sources, held_out=held_out)
    return DiversityCard(
        neighbours=5, halves=20, folds=5, map_shares=[0.2, 0.1], overall=part, labels={}
    )
