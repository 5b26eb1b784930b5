"""What was paid, and the budget that is never exceeded, whoever asks at the same time."""

import asyncio
import os
import secrets
from contextlib import suppress

import psutil

from synthgap.floor.errors import InputError
from synthgap.generate.database import transaction
from synthgap.generate.exchange import Request
from synthgap.generate.llm import Llm, Prices
from synthgap.generate.store import Store

NO_PROCESS = 0
"""Stands for a batch, which is under way at the endpoint and not here."""

OTHERS = 0.5
"""Seconds after which it is looked again at what other processes ask: they do not tell."""

PAID = """
SELECT batch, prompt_price, completion_price, MAX(number), SUM(prompt_tokens),
       SUM(completion_tokens)
FROM payments WHERE number > ? GROUP BY batch, prompt_price, completion_price
"""
SET_ASIDE = "SELECT COALESCE(SUM(usd), 0) FROM asked"
FOR_BATCHES = f"{SET_ASIDE} WHERE process = {NO_PROCESS}"


class Purse:
    """The budget of `llm.budget_usd`, over all that was ever paid into the store.

    A request is sent when its highest cost still fits beside what was paid and what the requests
    under way, of all processes, can cost at most; and not while another process asks the same.
    """

    def __init__(self, store: Store, settings: Llm) -> None:
        self._connection = store.connect()
        # A request under way need not outlive a pulled plug: its process does not either. But this
        # may be the connection that brings replies from the log into the file, and these must.
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._price, self._budget = settings.price, settings.budget_usd
        self._owner = secrets.token_hex(8)
        self._process, self._began = os.getpid(), psutil.Process().create_time()
        self._paid, self._seen = 0.0, 0
        self._freed = asyncio.Event()

    def claim(self, request: Request) -> bool:
        """Set the request's highest cost aside; return whether it may be sent now.

        It may not while another process asks it, or while what is under way could take what is
        left of the budget.

        Raises:
            InputError: the budget does not suffice, whatever comes of what is under way.
        """
        usd = 0.0 if self._budget is None else worst_usd(request, self._price)
        with transaction(self._connection):
            self._forget_the_dead()
            if self._any("key = ?", (request.key,)) or not self._fits(usd):
                return False
            self._hold(request.key, usd)
        return True

    async def change(self) -> None:
        """Return when something that was under way may have ended."""
        self._freed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._freed.wait(), OTHERS)

    def release(self, request: Request) -> None:
        """Give back what was set aside: the reply is stored, or there is none."""
        ours = "key = ? AND owner = ?", (request.key, self._owner)
        if self._any(*ours):  # Storing the reply has given it back.
            self._drop(*ours)
        self._freed.set()

    def spent(self) -> float | None:
        """Return what was paid, at the prices of the time; None where no price is known.

        What was paid before prices were known, or kept, counts with those of today.
        """
        if not self._price.known:
            return None
        rows = self._connection.execute(PAID, (self._seen,)).fetchall()
        for batch, prompt_price, completion_price, number, prompt, completion in rows:
            price = self._price
            if prompt_price is not None:
                price = price.model_copy(
                    update={"prompt": prompt_price, "completion": completion_price}
                )
            self._paid += price.usd(prompt, completion) * (price.batch_share if batch else 1.0)
            self._seen = max(self._seen, number)
        return self._paid

    def claim_batch(self, usd: float) -> None:
        """Set a batch's highest cost aside, before it is submitted.

        Raises:
            InputError: it does not fit beside what was paid and is under way.
        """
        with transaction(self._connection):
            self._forget_the_dead()
            taken = (self.spent() or 0.0) + self._sum(SET_ASIDE)
            if self._budget is not None and taken + usd > self._budget:
                raise InputError(
                    f"llm.budget_usd: {self._budget:.4f} does not suffice, {taken:.4f} is spent or "
                    f"under way and the batch can cost {usd:.4f}: raise it, or export fewer "
                    "requests"
                )
            self._hold(self._owner, usd)

    def name_batch(self, batch: str) -> None:
        """Keep aside what was set aside for a batch until it ends, whichever process lives."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE asked SET key = ?, owner = ?, process = ? WHERE key = ?",
                (batch, batch, NO_PROCESS, self._owner),
            )

    def release_batch(self, batch: str) -> None:
        """Give back what was set aside for a batch: its replies are stored."""
        self._drop("key = ?", (batch,))

    def close(self) -> None:
        """Give everything back, but for batches that were submitted."""
        self._drop("owner = ?", (self._owner,))

    def _fits(self, usd: float) -> bool:
        if self._budget is None:
            return True
        paid = self.spent() or 0.0
        # A batch takes hours, so that nobody waits for its end.
        if paid + self._sum(FOR_BATCHES) + usd > self._budget:
            raise InputError(
                f"llm.budget_usd: {self._budget:.4f} is reached, {paid:.4f} is spent and the next "
                "request could exceed it; all replies are kept: raise it to go on"
            )
        return paid + self._sum(SET_ASIDE) + usd <= self._budget

    def _sum(self, query: str) -> float:
        (usd,) = self._connection.execute(query).fetchone()
        return float(usd)

    def _any(self, which: str, values: tuple[str, ...]) -> bool:
        found = self._connection.execute(f"SELECT 1 FROM asked WHERE {which}", values)
        return found.fetchone() is not None

    def _hold(self, key: str, usd: float) -> None:
        self._connection.execute(
            "INSERT INTO asked VALUES (?, ?, ?, ?, ?)",
            (key, self._owner, self._process, self._began, usd),
        )

    def _drop(self, which: str, values: tuple[str, ...]) -> None:
        with transaction(self._connection):
            self._connection.execute(f"DELETE FROM asked WHERE {which}", values)

    def _forget_the_dead(self) -> None:
        """Forget what processes asked that are no more, and what they had set aside."""
        rows = self._connection.execute(
            "SELECT DISTINCT process, began FROM asked WHERE process NOT IN (?, ?) OR began != ?",
            (NO_PROCESS, self._process, self._began),
        ).fetchall()
        for process, began in rows:
            if process != NO_PROCESS and not _lives(process, began):
                self._connection.execute(
                    "DELETE FROM asked WHERE process = ? AND began = ?", (process, began)
                )


def worst_usd(request: Request, price: Prices) -> float:
    """Return what a request costs at most."""
    return price.usd(request.most_tokens, request.limit or 0)


def _lives(process: int, began: float) -> bool:
    """Return whether it runs, and is not another one with the number of one that ended."""
    try:
        return abs(psutil.Process(process).create_time() - began) < 1
    except psutil.Error:
        return False
