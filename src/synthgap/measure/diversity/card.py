"""The diversity of a task's texts, as `diversity` writes it and others read it.

Every number is of samples with the same number of texts of each label from every source, see
`samples`. Formulas and sources are with the functions of the same names.
"""

from typing import Annotated

from pydantic import PlainSerializer

from synthgap.floor.params import Section
from synthgap.measure.stats.intervals import Interval

Number = Annotated[Interval, PlainSerializer(lambda interval: interval._asdict())]


class OwnCard(Section):
    """How varied a sample is in itself."""

    remote_clique_distance: Number
    chamfer_distance: Number
    vendi_score: Number
    distinct_1_share: Number | None = None
    """Absent where a half has no word."""
    distinct_2_share: Number | None = None
    """Absent where a half has no two words in one text."""
    compression_ratio: Number
    words_mean: Number
    words_p10: Number
    words_p50: Number
    words_p90: Number


class RealCard(Section):
    """How near the real texts are to a sample, and whether a classifier tells the two apart."""

    similarity_score: Number
    covered_share: Number
    auc: Number | None = None
    """Absent where a sample has fewer than two texts a fold."""


class OwnDifference(Section):
    """A sample's numbers minus the real texts': below 0 it is narrower."""

    remote_clique_distance: Number
    chamfer_distance: Number
    vendi_score: Number


class RealDifference(Section):
    """A sample's numbers minus the held-out texts': below 0 it is elsewhere."""

    similarity_score: Number
    covered_share: Number
    auc: Number | None = None
    """Above 0 it is elsewhere; absent where the samples' own is."""


class SampleCard(Section):
    """The numbers of one sample."""

    own: OwnCard
    to_real: RealCard | None = None
    """Absent for the real texts, and where none are in the plan."""
    minus_real: OwnDifference | None = None
    """Likewise."""
    minus_held_out: RealDifference | None = None
    """Likewise, and for the held-out texts."""


class PartCard(Section):
    """The texts of all labels, or of one."""

    n: int
    """Texts of each sample."""
    sources: dict[str, SampleCard]
    held_out: SampleCard
    """Human texts of the test table: what other real texts reach, a ceiling for the sources."""


class DiversityCard(Section):
    """What `diversity` writes about a task."""

    neighbours: int
    halves: int
    folds: int
    map_shares: list[float]
    """Of the variance, along the map's x and y."""
    overall: PartCard
    labels: dict[str, PartCard]
    """Without labels of which a sample has fewer than four texts."""
