"""What was paid, and the budget that is never exceeded, whoever asks at the same time."""

import asyncio
import os
import secrets

from synthgap.floor.errors import InputError
from synthgap.generate.exchange import Request
from synthgap.generate.llm import Llm, Prices
from synthgap.generate.store import Store, transaction

NO_PROCESS = 0
"""Stands for a batch, which is under way at the endpoint and not here."""

PAID = """
SELECT batch, MAX(number),
       SUM(COALESCE(prompt_tokens, worst_prompt_tokens)),
       SUM(COALESCE(completion_tokens, worst_completion_tokens))
FROM replies WHERE number > ? AND NOT imported GROUP BY batch
"""


class Purse:
    """The budget of `llm.budget_usd`, over everything that is in the store.

    A request is sent when its highest cost still fits beside what was paid and what the requests
    under way, of all processes, can cost at most.
    """

    def __init__(self, store: Store, settings: Llm) -> None:
        self._connection = store.connect()
        # A claim need not outlive a pulled plug: its owner does not either.
        self._connection.execute("PRAGMA synchronous=OFF")
        self._price, self._budget = settings.price, settings.budget_usd
        self._owner = secrets.token_hex(8)
        self._claimed = 0.0
        self._paid, self._seen = 0.0, 0
        self._freed = asyncio.Event()

    async def claim(self, request: Request) -> None:
        """Set the request's highest cost aside, when it is there to be had.

        Raises:
            InputError: the budget does not suffice, and none of what is set aside is ours.
        """
        if self._budget is None:
            return
        while not self._try(worst_usd(request, self._price)):
            if self._claimed <= 0:
                raise InputError(
                    f"llm.budget_usd: {self._budget:.4f} is reached, {self._paid:.4f} is spent and "
                    "the next request could exceed it; all replies are kept: raise it to go on"
                )
            self._freed.clear()
            await self._freed.wait()

    def release(self, request: Request) -> None:
        """Give back what was set aside: the reply is stored, or there is none."""
        if self._budget is None:
            return
        usd = worst_usd(request, self._price)
        with transaction(self._connection):
            self._hold(max(0.0, self._claimed - usd))
        self._freed.set()

    def spent(self) -> float | None:
        """Return what the replies in the store cost; None where a price is not known."""
        if not self._price.known:
            return None
        rows = self._connection.execute(PAID, (self._seen,)).fetchall()
        for batch, number, prompt, completion in rows:
            share = self._price.batch_share if batch else 1.0
            self._paid += share * self._price.usd(prompt, completion)
            self._seen = max(self._seen, number)
        return self._paid

    def check_batch(self, usd: float) -> None:
        """Check that a batch can be paid.

        Raises:
            InputError: its highest cost does not fit beside what was paid and is under way.
        """
        if self._budget is None:
            return
        with transaction(self._connection):
            taken = (self.spent() or 0.0) + self._others()
        if taken + usd > self._budget:
            raise InputError(
                f"llm.budget_usd: {self._budget:.4f} does not suffice, {taken:.4f} is spent or "
                f"under way and the batch can cost {usd:.4f}: raise it, or export fewer requests"
            )

    def claim_batch(self, batch: str, usd: float) -> None:
        """Set a batch's highest cost aside until it ends, whichever process lives."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO claims VALUES (?, ?, ?)", (batch, NO_PROCESS, usd)
            )

    def release_batch(self, batch: str) -> None:
        """Give back what was set aside for a batch: its replies are stored."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM claims WHERE owner = ?", (batch,))

    def close(self) -> None:
        """Give everything back, but for batches."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM claims WHERE owner = ?", (self._owner,))

    def _try(self, usd: float) -> bool:
        with transaction(self._connection):
            paid = self.spent() or 0.0
            fits = paid + self._others() + self._claimed + usd <= (self._budget or 0.0)
            if fits:
                self._hold(self._claimed + usd)
        return fits

    def _others(self) -> float:
        rows = self._connection.execute("SELECT owner, process, usd FROM claims").fetchall()
        for owner, process, _ in rows:
            if not _lives(process):
                self._connection.execute("DELETE FROM claims WHERE owner = ?", (owner,))
        return sum(
            float(usd) for owner, process, usd in rows if owner != self._owner and _lives(process)
        )

    def _hold(self, usd: float) -> None:
        self._claimed = usd if usd > 1e-12 else 0.0
        self._connection.execute(
            "INSERT OR REPLACE INTO claims VALUES (?, ?, ?)",
            (self._owner, os.getpid(), self._claimed),
        )


def worst_usd(request: Request, price: Prices) -> float:
    """Return what a request costs at most."""
    return price.usd(request.most_tokens, request.limit or 0)


def _lives(process: int) -> bool:
    if process == NO_PROCESS:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
