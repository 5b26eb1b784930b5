"""The page, from what is known of the study. It asks no host for anything and runs one script."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from synthgap.floor.plan import REAL
from synthgap.tell import summary as told
from synthgap.tell import variety, words, worth
from synthgap.tell.page import (
    agreement_charts,
    gap_chart,
    generation,
    map_chart,
    neighbours,
    samples,
    visible,
)
from synthgap.tell.page.facts import TaskFacts
from synthgap.tell.summary import Summary

_TEMPLATES = Path(__file__).parent / "templates"
_KNOWN = {REAL: "real", "zero_shot": "zero", "few_shot": "few"}


class Methods(NamedTuple):
    """What the last section lists."""

    settings: list[tuple[str, str]]
    versions: list[tuple[str, str]]


def page(summary: Summary, tasks: Sequence[TaskFacts], methods: Methods) -> str:
    """Return the whole page.

    Args:
        summary: of the study.
        tasks: what is known of each of its tasks.
        methods: settings and versions.
    """
    script = _source("page.js")
    return (
        _environment()
        .get_template("page.html")
        .render(
            summary=summary,
            facts={facts.name: facts for facts in tasks},
            methods=methods,
            compared=told.compared(summary),
            order=told.tasks_by_gap(summary),
            charts=[chart for m in summary.plan.models if (chart := gap_chart.draw(summary, m))],
            style=Markup(_source("page.css")),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def _source(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def _environment() -> Environment:
    # Everything is escaped: texts, labels and reasons come from strangers.
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": words.percent,
        "points": words.points,
        "signed": words.signed,
        "rank": words.rank,
        "count": words.count,
        "source_name": words.source_name,
        "source_class": lambda source: _KNOWN.get(source, "other"),
        "property_name": words.property_name,
        "correlation": words.correlation,
        "score": told.score,
        "gap": told.gap,
        "visible": visible.visible,
        "name": visible.name,
        "cost": generation.cost,
        "spent": generation.spent,
        "bin_name": agreement_charts.bin_name,
    }
    environment.globals |= {
        "REAL": REAL,
        "words": words,
        "worth": worth,
        "draw_curve": agreement_charts.draw_curve,
        "draw_bins": agreement_charts.draw_bins,
        "draw_map": map_chart.draw,
        "kinds": neighbours.KINDS,
        "varieties": variety.MEASURES,
        "characters": samples.CHARACTERS,
    }
    return environment
