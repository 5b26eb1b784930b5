"""What a panel of language models says of a task's texts, beside people and the dataset."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import PlainSerializer

from synthgap.floor import seeds
from synthgap.floor.params import Section
from synthgap.measure.agreement.agreement import Votes, alpha_undefined, draw, tied
from synthgap.measure.agreement.subjectivity import Counted, Settings, of_voters
from synthgap.measure.relation.relation import rho_interval
from synthgap.measure.stats.bootstrap import percentile_interval
from synthgap.measure.stats.intervals import Interval
from synthgap.measure.stats.proportions import wilson_interval
from synthgap.measure.stats.spearman import spearman_rho, undefined

Number = Annotated[Interval, PlainSerializer(lambda interval: interval._asdict())]


class Comparison(Section):
    """How a panel's votes and people's go together."""

    n_texts: int
    """That both voted on, or whose human agreement is known."""
    n_tied: int
    """Of those with human votes: people or the panel have no label that got the most."""
    same_majority_share: Number | None = None
    """Of the others: both have the same most frequent label."""
    majority_alpha: Number | None = None
    """Krippendorff's alpha between people's most frequent label and the panel's."""
    agreement_rho: float | None = None
    """Spearman's over all texts, between people's agreement and the panel's: above 0 if texts that
    divide people also divide the panel."""
    agreement_rho_low: float | None = None
    agreement_rho_high: float | None = None
    absent: dict[str, str] | None = None
    """Why a number has no value, by its name."""


class PanelCard(Section):
    """What `synthgap annotate` writes about a task: the votes are of a language model alone."""

    source: Literal["llm"]
    model: str
    votes_per_text: int
    """That were asked for."""
    unread: int
    """Of all votes that were asked for: no label could be read."""
    n_texts: int
    """That count."""
    n_votes: int
    """On them."""
    left_out_rows: int
    """Texts with fewer votes than `subjectivity.min_votes`, but at least one."""
    mean_agreement: Number | None = None
    """Of the panel with itself, as all numbers up to alpha."""
    unanimous_share: Number | None = None
    tied_share: Number | None = None
    alpha: Number | None = None
    label_share: Number | None = None
    """Of texts whose most frequent vote is one label: it is that of the dataset."""
    human: Comparison | None = None
    absent: dict[str, str] | None = None
    """Why a number has no value, by its name."""


class Session(Section):
    """Who was asked, and how that went."""

    model: str
    votes_per_text: int
    unread: int


def card(
    task: str,
    panel: Counted,
    truth: Mapping[str, int],
    human: Counted,
    session: Session,
    settings: Settings,
) -> PanelCard:
    """Return what is known of a panel.

    Args:
        task: its name.
        panel: its votes.
        truth: the place of the dataset's label among the task's, by the text's id.
        human: those of people, or the agreement that was published without them.
        session: who was asked.
        settings: of `subjectivity`.
    """
    votes = panel.votes
    numbers: dict[str, Any] = {}
    absent = {"mean_agreement": f"no text has {settings.min_votes} votes"}
    if votes.ids:
        found, absent = of_voters(task, votes, settings)
        numbers |= found
    clear = ~tied(votes.counts)
    if clear.any():
        n, right = int(clear.sum()), votes.counts.argmax(axis=1) == [truth[x] for x in votes.ids]
        numbers["label_share"] = wilson_interval(int(right[clear].sum()) / n, n)
    else:
        absent["label_share"] = "no text has one most frequent vote"
    if set(votes.ids) & set(human.votes.ids):
        rng = seeds.rng(settings.seed, task, "panel")
        numbers["human"] = compare(human.votes, votes, settings.resamples, rng)
    else:
        absent["human"] = "no text has votes of people and of the panel"
    return PanelCard(
        source="llm",
        **session.model_dump(),
        n_texts=len(votes.ids),
        n_votes=int(votes.counts.sum()),
        left_out_rows=panel.left_out_rows,
        **numbers,
        absent=absent or None,
    )


def compare(human: Votes, panel: Votes, resamples: int, rng: np.random.Generator) -> Comparison:
    """Return how the two go together on the texts that both have.

    Most frequent labels are compared where human votes are known, agreement also where it was
    published without them. Both are ordered by id.
    """
    shared = set(panel.ids) & set(human.ids)
    people, models = _take(human, shared), _take(panel, shared)
    numbers, absent = _agreements(people, models)
    voted: NDArray[np.bool_] = people.counts.sum(axis=1) > 0
    people, models = people.take(voted), models.take(voted)
    ties = tied(people.counts) | tied(models.counts)
    first, second = (votes.counts[~ties].argmax(axis=1) for votes in (people, models))
    n_clear, n_labels = len(first), human.counts.shape[1]
    none = "every text has a tie" if voted.any() else "the votes of people are not published"
    both = (first[:, np.newaxis] == np.arange(n_labels)).astype(np.int64)
    both += second[:, np.newaxis] == np.arange(n_labels)
    if not n_clear:
        absent |= {"same_majority_share": none, "majority_alpha": none}
    else:
        share = int((first == second).sum()) / n_clear
        numbers["same_majority_share"] = wilson_interval(share, n_clear)
        if reason := alpha_undefined(both):
            absent["majority_alpha"] = reason
        else:
            pairs = Votes([""] * n_clear, both, np.ones(n_clear))
            alphas = draw(pairs, resamples, rng).alpha
            numbers["majority_alpha"] = percentile_interval(alphas, n_clear)
    return Comparison(n_texts=len(shared), n_tied=int(ties.sum()), absent=absent or None, **numbers)


def _agreements(people: Votes, models: Votes) -> tuple[dict[str, Any], dict[str, str]]:
    x, y = people.agreement.tolist(), models.agreement.tolist()
    if reason := undefined(x, y, ("people's agreement", "the panel's agreement")):
        return {"agreement_rho": None}, {"agreement_rho": reason}
    rho, n = spearman_rho(x, y), len(x)
    if n < 4 or abs(rho) == 1:
        why = "n is 3, expected at least 4" if n < 4 else "rho is at its limit"
        return {"agreement_rho": rho}, {"agreement_rho_interval": why}
    low, high = rho_interval(rho, n)
    return {"agreement_rho": rho, "agreement_rho_low": low, "agreement_rho_high": high}, {}


def _take(votes: Votes, names: set[str]) -> Votes:
    return votes.take(np.array([name in names for name in votes.ids], dtype=np.bool_))
