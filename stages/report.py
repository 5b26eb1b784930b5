"""Tell the study to people: a page, tables and figures."""

from pathlib import Path
from typing import Any

from synthgap.floor import params, stage, tables
from synthgap.tell import latex, markdown
from synthgap.tell import summary as told
from synthgap.tell.figures import agreement, diversity, scores, style, subjectivity
from synthgap.tell.page import environment, facts, render


def main(
    summary: Path,
    evaluated: Path,
    agreements: Path,
    generated: Path,
    curves: Path,
    bins: Path,
    confusion: Path,
    diversities: Path,
    maps: Path,
    neighbours: Path,
    train: Path,
    dropped: Path,
    table: Path,
    figures: Path,
    page: Path,
) -> None:
    """Write the page of Markdown `table`, the folder `figures` and the HTML `page`."""
    whole = told.read(summary)
    folders = facts.Folders(
        evaluated=evaluated,
        agreements=agreements,
        generated=generated,
        curves=curves,
        bins=bins,
        confusion=confusion,
        diversities=diversities,
        maps=maps,
        neighbours=neighbours,
        train=train,
        dropped=dropped,
    )
    tasks = [facts.read(folders, task, whole) for task in whole.plan.tasks]
    settings = {
        "study": params.read("study", Any),
        "fetch": params.read("fetch", Any),
        "generate": params.read("generate", Any),
        "models": params.read("models", Any),
        "evaluate": params.read("evaluate", Any),
        "subjectivity": params.read("subjectivity", Any),
        "embed": params.read("embed", Any),
        "diversity": params.read("diversity", Any),
        "rank_tasks": params.read("rank_tasks", Any),
    }
    methods = render.Methods(environment.settings(settings), environment.versions())
    drawn = {
        "scores": scores.draw(whole),
        "gap_against_subjectivity": subjectivity.draw(whole),
        "agreement_threshold": agreement.draw(whole, {each.name: each.curve for each in tasks}),
        "diversity": diversity.draw_diversity(whole),
        "similarity": diversity.draw_similarity(whole),
    }
    for name, figure in drawn.items():
        if figure is not None:
            style.save(figure, figures, name)
    tables.write_plain(latex.table(whole), figures / "main_table.tex")
    tables.write_plain(markdown.page(whole), table)
    tables.write_plain(render.page(whole, tasks, methods), page)


if __name__ == "__main__":
    stage.run(main)
