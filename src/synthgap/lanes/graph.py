"""What of the pipeline is out of date, and which stage waits for which, as DVC says."""

import json
import re
import subprocess
import sys
from collections.abc import Collection, Iterable

from synthgap.floor.errors import InputError

DVC = (sys.executable, "-m", "dvc")

PIPELINE = "dvc.yaml"
"""With what it depends on, as in `dvc repro`, and not whatever else a repository has under DVC."""

Graph = dict[str, set[str]]
"""By stage, the stages that it waits for."""

_NODE = re.compile(r'"([^"]+)";')
_EDGE = re.compile(r'"([^"]+)" -> "([^"]+)";')


def due() -> Graph:
    """Return what `dvc repro` would look at here: changed stages, and all that follow from them.

    Raises:
        InputError: DVC cannot tell.
    """
    changed = json.loads(_answer("status", "--json", "--with-deps", PIPELINE))
    graph = read(_answer("dag", "--dot", PIPELINE).splitlines()) if changed else {}
    if unknown := sorted(changed.keys() - graph.keys()):
        raise InputError(f"dvc dag: does not know {unknown[0]}, of which dvc status tells")
    return following(changed, graph)


def read(dot: Iterable[str]) -> Graph:
    """Return the graph that `dvc dag --dot` prints, in its order."""
    graph: Graph = {}
    for line in dot:
        if edge := _EDGE.fullmatch(line.strip()):
            first, second = edge.groups()
            graph.setdefault(first, set())
            graph.setdefault(second, set()).add(first)
        elif node := _NODE.fullmatch(line.strip()):
            graph.setdefault(node[1], set())
    return graph


def following(changed: Collection[str], graph: Graph) -> Graph:
    """Return the part of the graph that is changed or waits, however indirectly, for what is."""
    found = set(changed)
    while more := {stage for stage in graph.keys() - found if graph[stage] & found}:
        found |= more
    return {stage: before & found for stage, before in graph.items() if stage in found}


def _answer(*arguments: str) -> str:
    done = subprocess.run([*DVC, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = " ".join(done.stderr.split()) or f"status {done.returncode}"
        raise InputError(f"dvc {arguments[0]}: fails ({reason})")
    return done.stdout
