"""Where matrix products in bfloat16 are fast."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch


def autocast(device: torch.device) -> AbstractContextManager[None]:
    """Return a context in which matrix products are done in bfloat16 where that is fast.

    On processors without AVX512-BF16 or AMX, bfloat16 is emulated and slower than float32.
    """
    if not has_bfloat16(device.type):
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


@cache
def has_bfloat16(kind: str) -> bool:
    """Return whether a kind of device (`cpu`, `cuda`) computes with bfloat16 in hardware."""
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    features = torch.cpu.get_capabilities()
    return bool(features.get("avx512_bf16") or features.get("amx_bf16"))
