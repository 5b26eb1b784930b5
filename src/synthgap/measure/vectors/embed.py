"""Texts to vectors, with all-MiniLM-L6-v2."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from tqdm import tqdm
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging

from synthgap.encoder import minilm
from synthgap.encoder.precision import attention, frozen_dtype
from synthgap.measure.vectors.vectors import Vectors

BATCH_TOKENS = 1024
"""Tokens of a batch at most, padding included, but at least one text: what a core's cache holds."""


MAX_TOKENS = 256
"""Of a text, as the model was published with sentence-transformers: longer ones are cut."""


def encode(texts: Sequence[str]) -> Vectors:
    """Return the vectors of the texts, of length 1; what is beyond MAX_TOKENS is not seen.

    Texts of one length share a batch, so that little is padded, and every batch has about as many
    tokens. Each batch is computed by one thread, so that the number of cores changes nothing but
    the time. Equal texts are encoded once.

    Raises:
        InputError: the model is not there, or is another.
    """
    logging.disable_progress_bar()  # of loading the weights, which takes no time
    folder = str(minilm.folder())
    model = AutoModel.from_pretrained(
        folder,
        local_files_only=True,
        use_safetensors=True,
        attn_implementation=attention(),
        dtype=frozen_dtype(torch.device("cpu")),
    ).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    different = list(dict.fromkeys(texts))
    tokens: list[list[int]] = tokenizer(different, truncation=True, max_length=MAX_TOKENS)[
        "input_ids"
    ]
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


def _forward(model: nn.Module, tokens: Sequence[Sequence[int]]) -> Vectors:
    """Return the mean hidden states of the texts' tokens, each brought to length 1."""
    ids = pad_sequence([torch.tensor(each) for each in tokens], batch_first=True)
    mask = pad_sequence([torch.ones(len(each), dtype=torch.int64) for each in tokens], True)
    with torch.inference_mode():
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weights = mask.unsqueeze(-1)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        found: Vectors = nn.functional.normalize(mean).numpy()
    return found
