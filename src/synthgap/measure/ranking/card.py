"""Which tasks are more subjective than which, as `rank_tasks` writes and others read it."""

from typing import Annotated, Literal, NamedTuple

from pydantic import PlainSerializer

from synthgap.floor.params import Section
from synthgap.measure.stats.intervals import Interval

Number = Annotated[Interval, PlainSerializer(lambda interval: interval._asdict())]
Judge = Literal["human", "llm"]
Judgments = Literal["human", "llm", "human and llm", "none"]


class Share(NamedTuple):
    """A share of n things, of which there is no interval."""

    value: float
    n: int


PlainShare = Annotated[Share, PlainSerializer(lambda share: share._asdict())]


class TaskRank(Section):
    """Where a task stands. Intervals are over judges, absent where there is only one."""

    rank: float
    """1 for the most objective task; the higher, the more subjective. Equal tasks share a rank."""
    rank_low: float | None = None
    rank_high: float | None = None
    objectivity: float
    """Bradley-Terry strength, the log-odds of being called the more objective against a task at 0,
    the mean of all tasks: the higher, the more objective."""
    objectivity_low: float | None = None
    objectivity_high: float | None = None


class JudgeCard(Section):
    """What one judge said."""

    kind: Judge
    n_judgments: int
    predicted_share: float
    """Of the judgments: the ranking has the task that was called more objective further up."""
    first_share: float
    """Of the judgments: the task that was shown first. About 0.5 for a judge who does not mind the
    order, if orders were drawn or each pair was shown in both."""
    n_both_orders: int
    """Pairs that were shown in both orders."""
    n_turned: int
    """Of these: another answer in the other order."""
    circular_triads: int
    """Three tasks of which each is called more objective than the next, and the last than the
    first."""
    triads: int
    """Three tasks between which the judge decided all pairs."""
    consistency_score: float | None = None
    """Kendall's zeta: 1 without circular triads, 0 with as many as can be. Absent where the judge
    did not decide every pair of at least three tasks."""


class RankingCard(Section):
    """What `rank_tasks` writes."""

    judgments: Judgments
    """Who made them."""
    n_judgments: int | None = None
    """Between ranked tasks of the plan."""
    n_judges: int | None = None
    left_out_judgments: int
    """Of tasks that are not in the plan or not ranked."""
    penalty: float
    resamples: int | None = None
    tasks: dict[str, TaskRank]
    unranked: dict[str, str] | None = None
    """Tasks of the plan without a rank, and why."""
    predicted_share: Number | None = None
    """Of the judgments that the ranking was made from."""
    heldout_share: Number | None = None
    """The same, of each judge by the ranking from all others."""
    heldout_log_loss: float | None = None
    """Mean, in nats, of each judge's judgments under the strengths from all others: what the
    penalty is chosen by."""
    agreement_share: PlainShare | None = None
    """Of pairs of judges that decided the same pair of tasks: they decided alike; 0.5 by chance."""
    judges: dict[str, JudgeCard] | None = None
    absent: dict[str, str] | None = None
    """Why a number has no value, by its name."""
