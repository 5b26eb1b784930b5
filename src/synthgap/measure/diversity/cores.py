"""Work on all cores, whose number changes nothing but the time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]
from tqdm import tqdm

Item = TypeVar("Item")
Result = TypeVar("Result")


def run_on_cores(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return the function's result for each item, in their order; items are shared among threads.

    Numeric libraries keep to one thread in each: on small matrices their own threads mostly wait
    for each other, and with another number of them sums have other last digits. There are as many
    threads as those libraries would have used.
    """
    libraries = ThreadpoolController()
    numbers = [library.num_threads for library in libraries.lib_controllers]
    with libraries.limit(limits=1), ThreadPoolExecutor(max(numbers, default=1)) as pool:
        results = pool.map(function, items)
        return list(tqdm(results, total=len(items), disable=None, delay=5, leave=False))
