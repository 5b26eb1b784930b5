"""Gather the plan's numbers into one summary and tidy plot data."""

from pathlib import Path

from synthgap.fetch.source import read as read_choice
from synthgap.floor import params, stage, tables
from synthgap.floor.plan import Study
from synthgap.measure import relations as related
from synthgap.measure.cards import TaskCard
from synthgap.measure.ranking_card import RankingCard
from synthgap.tell import gather, worth


def main(
    source: Path,
    fetched: Path,
    evaluated: Path,
    agreements: Path,
    ranking: Path,
    summary: Path,
    scores: Path,
    gaps: Path,
    relations: Path,
) -> None:
    """Read the plan's tasks' files in `fetched`, `evaluated` and `agreements`, and no others."""
    study: Study = params.read("study", Study)
    seed: int = params.read("evaluate.seed", int)
    origin = read_choice(source).source
    cards: dict[str, TaskCard] = {}
    for task in study.tasks:
        path = fetched / f"{task}.json"
        gather.check_origin(tables.read_metrics(path), origin, path)
        path = evaluated / f"{task}.json"
        cards[task] = gather.read_card(tables.read_metrics(path), study, path)
    ranks = params.check(tables.read_metrics(ranking), RankingCard, str(ranking))
    voters = gather.read_agreements(agreements, study)
    known = related.properties(ranks, voters)
    found = related.relations(known, cards, study, seed)
    whole = gather.summarize(origin, study, cards, gather.subjectivity(ranks, voters, found))
    whole = whole.model_copy(update={"worth": worth.read(evaluated / "sizes", study)})
    tables.write_csv(related.relation_rows(known, cards, study), related.BY_PROPERTY, relations)
    tables.write_csv(gather.score_rows(whole), gather.SCORES, scores)
    tables.write_csv(gather.gap_rows(whole), gather.GAPS, gaps)
    tables.write_metrics(whole.model_dump(exclude_none=True), summary)


if __name__ == "__main__":
    stage.run(main)
