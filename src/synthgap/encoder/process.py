"""How a process that runs an encoder waits for its threads, and what it does with freed memory."""

import ctypes
import os

# Of <malloc.h>.
_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3

_KEPT = 2**25
"""Bytes, 32 MiB: glibc takes no higher threshold. Tensors of a batch are smaller."""


def settle() -> None:
    """Set both for many small tensors; to be called before torch is imported.

    By default a waiting thread spins so long that with other work on the processor a fit takes ten
    times as long, and glibc gives the memory of each larger tensor back to the system, to be
    mapped and zeroed anew, page by page, for the next one (docs/log.md).
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "100000")
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return  # Not glibc: its allocator is as it is.
    mallopt(_MMAP_THRESHOLD, _KEPT)
    mallopt(_TRIM_THRESHOLD, 2**31 - 1)
