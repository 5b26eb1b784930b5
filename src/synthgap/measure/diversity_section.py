"""The summary's section on diversity, as `summarize` writes it."""

from synthgap.floor.params import Section
from synthgap.measure.diversity_card import Number
from synthgap.measure.relation_card import Relations


class DiversityLine(Section):
    """A source's texts of all labels; what is about real texts is absent where there are none."""

    remote_clique_distance: Number
    chamfer_distance: Number
    vendi_score: Number
    similarity_score: Number | None = None
    covered_share: Number | None = None
    auc: Number | None = None


class DiversityTask(Section):
    """A task."""

    n: int
    """Texts of each source."""
    sources: dict[str, DiversityLine]
    held_out: DiversityLine
    """Human texts of the test table."""


class Diversity(Section):
    """The section of the summary."""

    tasks: dict[str, DiversityTask]
    relations: Relations
    """Of the macro-F1 gap with how a source's texts differ."""
