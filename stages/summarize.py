"""Gather the plan's numbers into one summary and tidy plot data."""

from pathlib import Path

from synthgap.fetch.source import read as read_choice
from synthgap.floor import params, stage, tables
from synthgap.floor.plan import Study
from synthgap.measure.diversity import summary as diversity_summary
from synthgap.measure.ranking.card import RankingCard
from synthgap.measure.relation import relations as related
from synthgap.measure.scoring.cards import TaskCard
from synthgap.tell import gather, worth


def main(
    source: Path,
    fetched: Path,
    evaluated: Path,
    agreements: Path,
    ranking: Path,
    diversities: Path,
    summary: Path,
    scores: Path,
    gaps: Path,
    relations: Path,
    diversity: Path,
) -> None:
    """Read the plan's tasks' files in the folders of metrics, and no others."""
    study: Study = params.read("study", Study)
    seed: int = params.read("evaluate.seed", int)
    origin = read_choice(source).source
    origins = {}
    cards: dict[str, TaskCard] = {}
    for task in study.tasks:
        path = fetched / f"{task}.json"
        origins[task] = gather.check_origin(tables.read_metrics(path), origin, path)
        path = evaluated / f"{task}.json"
        cards[task] = gather.read_card(tables.read_metrics(path), study, path)
    ranks = params.check(tables.read_metrics(ranking), RankingCard, str(ranking))
    voters = gather.read_agreements(agreements, study)
    known = related.properties(ranks, voters)
    found = related.relations(known, cards, study, seed)
    varied = diversity_summary.summarize(
        diversity_summary.read_cards(diversities, study), cards, study, seed
    )
    why = gather.subjectivity(ranks, voters, found)
    whole = gather.summarize(gather.data(origins), study, cards, why, varied)
    whole = whole.model_copy(update={"worth": worth.read(evaluated / "sizes", study)})
    tables.write_csv(related.relation_rows(known, cards, study), related.BY_PROPERTY, relations)
    tables.write_csv(gather.score_rows(whole), gather.SCORES, scores)
    tables.write_csv(gather.gap_rows(whole), gather.GAPS, gaps)
    tables.write_csv(diversity_summary.rows(varied), diversity_summary.BY_MEASURE, diversity)
    tables.write_metrics(whole.model_dump(exclude_none=True), summary)


if __name__ == "__main__":
    stage.run(main)
