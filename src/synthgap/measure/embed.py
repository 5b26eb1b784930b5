"""Texts to vectors, with all-MiniLM-L6-v2."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm
from transformers.utils import logging

from synthgap import minilm
from synthgap.measure.vectors import Vectors

BATCH_TOKENS = 1024
"""Tokens of a batch at most, padding included, but at least one text: what a core's cache holds."""


def encode(texts: Sequence[str]) -> Vectors:
    """Return the vectors of the texts, of length 1; what is beyond 256 tokens is not seen.

    Texts of one length share a batch, so that little is padded, and every batch has about as many
    tokens. Each batch is computed by one thread, so that the number of cores changes nothing but
    the time. Equal texts are encoded once.

    Raises:
        InputError: the model is not there, or is another.
    """
    logging.disable_progress_bar()  # of loading the weights, which takes no time
    model = SentenceTransformer(str(minilm.folder()), device="cpu", local_files_only=True).eval()
    different = list(dict.fromkeys(texts))
    tokens: list[list[int]] = model.tokenizer(
        different, truncation=True, max_length=model.max_seq_length
    )["input_ids"]
    vectors = np.empty((len(different), 384), dtype=np.float32)
    batches = list(_batches([len(each) for each in tokens]))
    with (
        _one_thread_each() as threads,
        ThreadPoolExecutor(threads) as pool,
        tqdm(total=len(different), desc="texts", unit="text", disable=None) as progress,
    ):
        found = pool.map(lambda batch: _forward(model, [tokens[i] for i in batch]), batches)
        for batch, rows in zip(batches, found, strict=True):
            vectors[batch] = rows
            progress.update(len(batch))
    places = {text: i for i, text in enumerate(different)}
    return vectors[[places[text] for text in texts]]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield the places of texts, longest first, in batches of at most BATCH_TOKENS."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True)
    start = 0
    while start < len(order):
        size = max(1, BATCH_TOKENS // lengths[order[start]])
        yield order[start : start + size]
        start += size


@contextmanager
def _one_thread_each() -> Iterator[int]:
    """Keep torch from splitting operations, and give the number of threads that it would use."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield threads
    finally:
        torch.set_num_threads(threads)


def _forward(model: SentenceTransformer, tokens: Sequence[Sequence[int]]) -> Vectors:
    ids = [torch.tensor(each) for each in tokens]
    features = {
        "input_ids": pad_sequence(ids, batch_first=True),
        "attention_mask": pad_sequence([torch.ones_like(each) for each in ids], batch_first=True),
    }
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=_has_bf16()):
        found: Vectors = model(features)["sentence_embedding"].float().numpy()
    scaled: Vectors = found / np.linalg.norm(found, axis=1, keepdims=True)
    return scaled


def _has_bf16() -> bool:
    """Return whether the processor computes with bfloat16; where it does not, it is slower."""
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
