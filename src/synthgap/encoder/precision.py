"""Where matrix products in bfloat16 are fast."""

from contextlib import AbstractContextManager, nullcontext
from functools import cache

import torch


def autocast(device: torch.device, enabled: bool = True) -> AbstractContextManager[None]:
    """Return a context in which matrix products are done in bfloat16 where that is fast.

    On processors without AVX512-BF16 or AMX, bfloat16 is emulated and slower than float32.
    """
    if not enabled or not has_bfloat16(device.type):
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)


def fast_dtype(device: torch.device) -> torch.dtype:
    """Return the number format of hidden states, and of weights that learn nothing.

    With both in bfloat16 nothing is converted between products, as under `autocast`; vectors
    differ as little from those in float32 (docs/log.md).
    """
    return torch.bfloat16 if has_bfloat16(device.type) else torch.float32


def attention() -> str | None:
    """Return the implementation of attention for transformers to load an encoder with.

    None leaves it to transformers: torch's fused attention, the faster one on GPUs and in float32,
    where it has that for the kind, else plain matrix products. In bfloat16 on a processor the fused
    one takes several times as long as the products (docs/log.md).
    """
    is_slow = not torch.cuda.is_available() and has_bfloat16("cpu")
    return "eager" if is_slow else None


@cache
def has_bfloat16(kind: str) -> bool:
    """Return whether a kind of device (`cpu`, `cuda`) computes with bfloat16 in hardware."""
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    features = torch.cpu.get_capabilities()
    return bool(features.get("avx512_bf16") or features.get("amx_bf16"))
