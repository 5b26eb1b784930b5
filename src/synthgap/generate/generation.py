"""What both generation stages do: have one source's texts written, and keep those of use."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from synthgap.floor import tables
from synthgap.generate import rows
from synthgap.generate.backend import Brief
from synthgap.generate.corpus import Corpus
from synthgap.generate.dialogue import Script
from synthgap.generate.llm import Llm
from synthgap.generate.settings import Settings
from synthgap.generate.sieve import Sieve

if TYPE_CHECKING:
    from synthgap.generate.written import Written


log = logging.getLogger(__name__)

PROVENANCE_OR_NONE = tables.PROVENANCE._replace(may_be_empty=True)


class Sources(NamedTuple):
    """Where a backend finds what is written already."""

    corpora: Path
    """The folder of the source's texts, one file a task."""
    recordings: Path
    """The folder of recorded replies."""


class Generated(NamedTuple):
    """The tables and the metrics of one source of one task."""

    train: pd.DataFrame
    provenance: pd.DataFrame
    dropped: pd.DataFrame
    metrics: dict[str, Any]


def generate(brief: Brief, settings: Settings, llm: Llm, sources: Sources) -> Generated:
    """Return exactly `generate.per_label` texts of each label, and the dropped ones.

    Args:
        brief: what is to be written.
        settings: how.
        llm: which endpoint is asked, where one is.
        sources: what is written already.

    Raises:
        InputError: there are not so many texts of use.
    """
    sieve = Sieve(brief, settings)
    with _backend(Script(brief, settings, llm), sources) as backend:
        found = rows.collect(backend, sieve)
    metrics = {"backend": settings.backend, **rows.counts(found, sieve)}
    if not isinstance(backend, Corpus):
        asked = {
            **brief.wording._asdict(),
            "follow_up": settings.follow_up,
            "turns": settings.turns,
            "sampling": llm.sampling(),
        }
        metrics["llm"] = {"model": llm.model, "asked": asked, **backend.totals()}
    return Generated(
        train=rows.table(found.kept, tables.TEXTS),
        provenance=rows.table(found.kept, tables.PROVENANCE),
        dropped=rows.dropped_table(found.dropped),
        metrics=metrics,
    )


def leave_out(brief: Brief) -> Generated:
    """Return what there is of a source that the plan does not have: nothing is asked for it."""
    log.info("%s %s: not in study.sources, so nothing is written", brief.task, brief.source)
    return Generated(
        train=rows.table([], tables.TEXTS),
        provenance=rows.table([], tables.PROVENANCE),
        dropped=rows.dropped_table([]),
        metrics={"backend": "none"},
    )


@contextmanager
def _backend(script: Script, sources: Sources) -> Iterator["Corpus | Written"]:
    brief = script.brief
    if script.settings.backend == "corpus":
        yield Corpus(sources.corpora / f"{brief.task}.jsonl", brief.source, brief.labels)
        return
    # Texts that are written already need neither a store nor the client library.
    from synthgap.generate.written import Recorded, Written

    if script.settings.backend == "recorded":
        from synthgap.generate.recordings import Recordings

        yield Written(script, Recorded(Recordings(sources.recordings), str(sources.recordings)))
        return
    from synthgap.generate.asking import Endpoint
    from synthgap.generate.progress import Progress
    from synthgap.generate.store import Store, default_file

    with closing(Store(default_file())) as store:
        needed = script.settings.per_label * len(brief.labels)
        progress = Progress(f"{brief.task} {brief.source}", needed, script.llm.price)
        yield Written(script, Endpoint(script.llm, store, progress))
