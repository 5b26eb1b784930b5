"""What is known of a task's voters, as `subjectivity` writes and others read it."""

from typing import Annotated, Literal

from pydantic import PlainSerializer

from synthgap.floor.params import Section
from synthgap.measure.stats.intervals import Interval

Number = Annotated[Interval, PlainSerializer(lambda interval: interval._asdict())]


class CurveCard(Section):
    """How the accuracy of one source and model depends on agreement, a mean over seeds."""

    n_thresholds: int
    """Points of the agreement curve."""
    slope: Number | None = None
    """Of the line through the curve: accuracy gained from agreement 0 to 1."""
    intercept: float | None = None
    r_squared: float | None = None
    rho: float | None = None
    """Spearman's, between threshold and accuracy."""
    slope_difference: Number | None = None
    """This slope less that of real texts: above 0, the loss is larger where people disagree."""
    absent: dict[str, str] | None = None
    """Why a number has no value, by its name."""


class AgreementCard(Section):
    """What `subjectivity` writes about a task."""

    votes: Literal["human", "none"]
    n_texts: int | None = None
    """Texts with votes, or with a published agreement, that count."""
    n_votes: int | None = None
    left_out_rows: int | None = None
    """Texts with fewer votes than `subjectivity.min_votes`."""
    bands: list[float] | None = None
    """Where agreement is published in bands, not votes: those that occur, from low to high. People
    agree on a text at least as much as its band says, and less than the next band."""
    mean_agreement: Number | None = None
    """Where there are bands, of their lower ends: the mean is at least this."""
    unanimous_share: Number | None = None
    """Of texts: all votes are for one label."""
    tied_share: Number | None = None
    """Of texts whose votes are known: no label has the most."""
    alpha: Number | None = None
    """Krippendorff's, for nominal votes."""
    scored_rows: int | None = None
    """Texts that count and are predicted: the curves rest on them."""
    resamples: int | None = None
    models: dict[str, dict[str, CurveCard]] | None = None
    """By model, then source."""
    absent: dict[str, str] | None = None
    """Why a number has no value, by its name."""
