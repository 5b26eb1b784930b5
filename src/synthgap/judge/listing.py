"""Names of judges in params.yaml: `rank_tasks.llm_judges` says which are language models.

Whoever is not in that list counts as a person. So a name is put there before its judgments are
written, by changing this one place of the text; all else, comments too, stays byte for byte.
"""

import copy
import json
import re
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from synthgap.floor import params, tables
from synthgap.measure.ranking.settings import Settings

KEY = ("rank_tasks", "llm_judges")


def missing(judges: Sequence[str], file: Path = params.FILE) -> list[str]:
    """Return the judges that params do not say to be language models."""
    settings: Settings = params.read(KEY[0], Settings, file)
    return [judge for judge in judges if judge not in settings.llm_judges]


def line(judges: Sequence[str], file: Path = params.FILE) -> str:
    """Return the line of params.yaml that has these judges too."""
    settings: Settings = params.read(KEY[0], Settings, file)
    return f"  {KEY[1]}: [{', '.join(map(_quoted, [*settings.llm_judges, *judges]))}]"


def add(judges: Sequence[str], file: Path = params.FILE) -> bool:
    """Add judges to the list in the file; return whether that was possible.

    It is, where the list stands in brackets and the file then says what it should.
    """
    text = file.read_bytes().decode("utf-8")
    expected = copy.deepcopy(params.load(file))
    expected[KEY[0]][KEY[1]] = [*expected[KEY[0]][KEY[1]], *judges]
    try:
        changed = _with(text, judges)
        found = None if changed is None else YAML(typ="safe").load(changed)
    except YAMLError:
        return False
    if changed is None or found != expected:
        return False
    # Where it is a link, the file that it leads to is the one to be replaced.
    tables.write_plain(changed, file.resolve())
    return True


def _with(text: str, judges: Sequence[str]) -> str | None:
    node: Node | None = YAML().compose(StringIO(text))
    for key in KEY:
        node = _value(node, key)
    if not isinstance(node, SequenceNode) or not node.flow_style:
        return None
    end = node.end_mark.index - 1
    before = text[:end].rstrip()
    comma = "" if before.endswith(("[", ",")) else ", "
    return f"{before}{comma}{', '.join(map(_quoted, judges))}{text[end:]}"


def _value(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _quoted(name: str) -> str:
    """Return the name as YAML reads it as a text: 4_1 by itself would be 41."""
    return name if re.fullmatch(r"[A-Za-z][\w.-]*_\d+", name) else json.dumps(name)
