"""Write texts for a task from descriptions of its labels, with no human example."""

from pathlib import Path

from synthgap.floor import params, stage, tables
from synthgap.floor.plan import Labels
from synthgap.generate import generation, prompts
from synthgap.generate.backend import Brief
from synthgap.generate.llm import Llm
from synthgap.generate.settings import Settings


def main(
    task: str,
    corpora: Path,
    recordings: Path,
    planned: Path,
    train: Path,
    provenance: Path,
    dropped: Path,
    metrics: Path,
) -> None:
    """Write the source `zero_shot`; `corpora` and `recordings` hold what is already written."""
    settings: Settings = params.read("generate", Settings)
    llm: Llm = params.read("llm", Llm)
    labels: list[str] = params.read(f"tasks.{task}.labels", Labels)
    wording = prompts.Wording(
        context=params.read(f"tasks.{task}.prompt.context", prompts.Context),
        request=params.read(f"tasks.{task}.prompt.zero_shot", prompts.ZeroShot),
        length=params.read(f"tasks.{task}.prompt.length", prompts.Text),
        descriptions=params.read(f"tasks.{task}.prompt.descriptions", prompts.Descriptions),
    )
    prompts.check_descriptions(wording.descriptions, labels, task)
    brief = Brief(task, "zero_shot", labels, wording, pool=[])
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
