"""Generation from another implementation of the protocol: `transformers serve`, a real server."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from synthgap.generate import doctor
from tests.generate.api import generate, llm

if not (importlib.util.find_spec("fastapi") and importlib.util.find_spec("uvicorn")):
    pytest.skip("transformers serve needs fastapi and uvicorn", allow_module_level=True)

SERVE = """
import sys
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

words = ["<s>", "</s>", "<unk>", *"sun rain hill road house river warm wet cold we saw on".split()]
tokens = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
tokens.pre_tokenizer = pre_tokenizers.Whitespace()
special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokens, **special)
tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} {% endfor %}"
tokenizer.save_pretrained(sys.argv[1])
torch.manual_seed(0)
sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1}
config = LlamaConfig(vocab_size=len(words), num_attention_heads=2, bos_token_id=0, eos_token_id=1,
                     pad_token_id=1, max_position_embeddings=512, **sizes)
model = LlamaForCausalLM(config)
model.generation_config.do_sample = True  # the server goes by the model's own settings
model.save_pretrained(sys.argv[1])

from transformers.cli.transformers import main

sys.argv[1:1] = ["serve"]
main()
"""


class Server:
    def __init__(self, url, model):
        self.url, self.model = url, model


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(url, process, log):
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, log.read_text()
            time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    model, log, port = str(folder / "tiny"), folder / "log", free_port()
    words = [model, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, *words],
            stdout=out,
            stderr=out,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/health", process, log)
        yield Server(f"http://127.0.0.1:{port}/v1", model)
    finally:
        process.kill()
        process.wait()


def test_exactly_n_texts_come_from_a_model_that_says_anything(server, tmp_path, monkeypatch):
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    asked = {"model": server.model, "api_key_env": None, "max_tokens": 12, "concurrency": 2}
    assert "answers in" in doctor.check(llm(server, **asked))
    changes = {"per_label": 4, "turns": 2, "min_words": 2, "max_attempts_factor": 20.0}
    made = generate(server, asked=asked, **changes)
    assert made.metrics["kept"] == {"sun": 4, "rain": 4}
    told = made.metrics["llm"]
    assert told["requests"] == len(made.train) + len(made.dropped)
    assert told["prompt_tokens"] > 0
    assert told["completion_tokens"] > 0
    again = generate(server, asked=asked | {"base_url": "http://127.0.0.1:9/v1"}, **changes)
    assert again.train.equals(made.train)
    assert again.metrics == made.metrics
