import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "stages" / "plan_sources.py"


@pytest.mark.parametrize(
    ("sources", "zero_shot", "few_shot"),
    [("[real]", False, False), ("[real, few_shot]", False, True), ("[zero_shot]", True, False)],
)
def test_each_written_source_has_a_file_that_says_whether_it_is_in_the_plan(
    tmp_path, sources, zero_shot, few_shot
):
    (tmp_path / "params.yaml").write_text(f"study:\n  sources: {sources}\n")
    command = [sys.executable, str(SCRIPT), "--zero-shot", "out/z.json", "--few-shot", "out/f.json"]
    subprocess.run(command, cwd=tmp_path, check=True)
    found = [json.loads((tmp_path / "out" / f"{name}.json").read_text()) for name in "zf"]
    assert found == [{"planned": zero_shot}, {"planned": few_shot}]
