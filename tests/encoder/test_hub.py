"""Encoders by hub id, each in a process of its own: the hub's library reads its settings once."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.fetch.hubserver import hub

FIND = """
import sys
from synthgap.classify import encoders
from tests.classify.test_finetune import settings
try:
    parts = encoders.load(settings("somebody/tiny"), None)
    ids = encoders.tokenise(settings("somebody/tiny"), ["the red apple"])
    print(type(parts.above).__name__, parts.width, ids[0].tolist(), "transformers" in sys.modules)
except ValueError as error:
    print(f"{type(error).__name__}: {error}")
"""


@pytest.fixture
def served(tmp_path, tiny_encoder):
    shutil.copytree(tiny_encoder, tmp_path / "hub" / "somebody" / "tiny")
    return tmp_path / "hub"


def find(tmp_path, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    kept |= {"HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1", **environment}
    done = subprocess.run(
        [sys.executable, "-c", FIND], env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_an_encoder_comes_from_the_hub_and_then_from_its_cache(served, tmp_path):
    with hub(served) as endpoint:
        found = find(tmp_path, HF_ENDPOINT=endpoint)
    assert found == "Bert 32 [2, 8, 4, 6, 3] False"
    assert find(tmp_path, HF_HUB_OFFLINE="1") == found


def test_another_kind_goes_to_transformers(served, tmp_path):
    file = served / "somebody" / "tiny" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"hidden_act": "relu"}))
    with hub(served) as endpoint:
        assert find(tmp_path, HF_ENDPOINT=endpoint) == "Whole 32 [2, 8, 4, 6, 3] True"


def test_an_encoder_without_settings_of_its_tokenizer(served, tmp_path):
    (served / "somebody" / "tiny" / "tokenizer_config.json").unlink()
    with hub(served) as endpoint:
        assert find(tmp_path, HF_ENDPOINT=endpoint) == "Bert 32 [2, 8, 4, 6, 3] False"


def test_an_encoder_that_is_not_there_is_one_line(served, tmp_path):
    (served / "somebody" / "tiny").rename(served / "somebody" / "gone")
    with hub(served) as endpoint:
        found = find(tmp_path, HF_ENDPOINT=endpoint)
    assert found.startswith("InputError: somebody/tiny: cannot be loaded as an encoder (")
    assert "\n" not in found
