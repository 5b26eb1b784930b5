"""Write texts for a task after human examples of each label."""

from pathlib import Path

from synthgap.floor import params, stage, tables
from synthgap.floor.plan import Labels
from synthgap.generate import generation, prompts
from synthgap.generate.backend import Brief, Example
from synthgap.generate.llm import Llm
from synthgap.generate.settings import Settings


def main(
    task: str,
    corpora: Path,
    recordings: Path,
    planned: Path,
    pool: Path,
    train: Path,
    provenance: Path,
    dropped: Path,
    metrics: Path,
) -> None:
    """Write the source `few_shot`; `corpora` and `recordings` hold what is already written."""
    settings: Settings = params.read("generate", Settings)
    llm: Llm = params.read("llm", Llm)
    labels: list[str] = params.read(f"tasks.{task}.labels", Labels)
    wording = prompts.Wording(
        context=params.read(f"tasks.{task}.prompt.context", prompts.Context),
        request=params.read(f"tasks.{task}.prompt.few_shot", prompts.FewShot),
        length=params.read(f"tasks.{task}.prompt.length", prompts.Text),
        descriptions=params.read(f"tasks.{task}.prompt.descriptions", prompts.Descriptions),
    )
    prompts.check_descriptions(wording.descriptions, labels, task)
    humans = tables.read_texts(pool, tables.TEXTS)
    tables.check_labels(humans, labels, pool)
    examples = [Example(*row) for row in humans.itertuples(index=False, name=None)]
    brief = Brief(task, "few_shot", labels, wording, pool=examples)
    sources = generation.Sources(corpora, recordings)
    if tables.read_metrics(planned)["planned"]:
        made = generation.generate(brief, settings, llm, sources)
    else:
        made = generation.leave_out(brief)
    tables.write_texts(made.train, train, tables.TEXTS_OR_NONE)
    tables.write_texts(made.provenance, provenance, generation.PROVENANCE_OR_NONE)
    tables.write_texts(made.dropped, dropped, tables.DROPPED)
    tables.write_metrics(made.metrics, metrics)


if __name__ == "__main__":
    stage.run(main)
