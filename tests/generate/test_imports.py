"""What is written already needs neither the client library nor a store."""

import json
import os
import subprocess
import sys

from tests.generate.plan import ROOT, write

RUN = """
import runpy, sys
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
assert not {"openai", "httpx2", "aiohttp", "tenacity", "sqlite3", "torch"} & set(sys.modules)
"""


def test_texts_that_are_there_load_no_client_and_open_no_store(tmp_path):
    write(tmp_path, "http://127.0.0.1:9/v1", backend="corpus", per_label=1)
    rows = [{"label": "sun", "text": "Warm."}, {"label": "rain", "text": "Wet."}]
    (tmp_path / "corpora").mkdir()
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "corpora" / "weather.jsonl").write_text(text)
    outs = ["--train", "t", "--provenance", "p", "--dropped", "d", "--metrics", "m"]
    arguments = ["--task", "weather", "--corpora", "corpora", "--recordings", "none", *outs]
    arguments += ["--planned", "planned.json"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(ROOT / "stages" / "generate_zero_shot.py"), *arguments],
        cwd=tmp_path,
        env={**os.environ, "DVC_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "m").read_text())["backend"] == "corpus"
    assert not (tmp_path / ".llm_cache").exists()
