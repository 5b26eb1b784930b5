import subprocess
import sys

import pytest

# Ten times 60 MiB are taken and freed, in pieces of 3 MiB, as tensors of a batch are.
FAULTS = """
import resource
{prepare}
for _ in range(10):
    pieces = [b"x" * 3 * 2**20 for _ in range(20)]
    del pieces
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
"""
SETTLE = "from synthgap.encoder import process; process.settle()"


def run(code, **environment):
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator is Linux's")
def test_freed_memory_stays_with_the_process():
    # 60 MiB are 15,360 pages, which are mapped once or ten times.
    before = int(run(FAULTS.format(prepare="import synthgap.encoder.process")))
    assert int(run(FAULTS.format(prepare=SETTLE))) < before - 5 * 15_360


def test_the_spin_of_waiting_threads_is_set_unless_somebody_has():
    told = f"{SETTLE}; import os; print(os.environ['GOMP_SPINCOUNT'])"
    assert run(told) == "100000"
    assert run(told, GOMP_SPINCOUNT="7") == "7"
