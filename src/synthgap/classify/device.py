"""Where fits run, and in which precision."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch


def chosen_device() -> torch.device:
    """Return the first GPU, or the processor where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(device: torch.device) -> AbstractContextManager[None]:
    """Return a context in which matrix products are done in bfloat16 where that is fast.

    On processors without AVX512-BF16 or AMX, bfloat16 is emulated and slower than float32.
    """
    if not _has_fast_bfloat16(device.type):
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


@cache
def _has_fast_bfloat16(kind: str) -> bool:
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    features = torch.cpu.get_capabilities()
    return bool(features.get("avx512_bf16") or features.get("amx_bf16"))
