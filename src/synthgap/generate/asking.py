"""Leads conversations through an endpoint: side by side, the turns of one in order.

Every reply is in the store before it is used, so nothing that was paid for is lost or asked twice:
what the store has is never asked for, and a conversation goes on at the turn where it stopped.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from synthgap.floor.errors import InputError
from synthgap.generate.backend import Candidate
from synthgap.generate.client import Client, read_key
from synthgap.generate.dialogue import Conversation
from synthgap.generate.exchange import Reply, Request
from synthgap.generate.llm import Llm
from synthgap.generate.money import Purse
from synthgap.generate.pending import Pending
from synthgap.generate.progress import Progress
from synthgap.generate.store import Entry, Store, entry
from synthgap.generate.written import replay

Job = Coroutine[Any, Any, None]


class Endpoint:
    """An asker that asks the endpoint of the `llm` section for what the store lacks."""

    def __init__(self, settings: Llm, store: Store, progress: Progress) -> None:
        self.place = f"{settings.model} at {settings.base_url}"
        self._settings, self._store, self._progress = settings, store, progress
        self._pending = Pending(store)

    def lead(
        self, conversations: Sequence[Conversation], wanted: Mapping[str, int]
    ) -> dict[Conversation, list[Candidate]]:
        """Return the texts.

        Raises:
            InputError: the endpoint gives no reply, the budget is reached, or a reply is still to
                come from a batch.
        """
        texts = replay(conversations, self._store)
        open_ones = [one for one in conversations if one.due]
        if twice := self._pending.submitted() & {one.request.key for one in open_ones}:
            raise InputError(
                f"{self.place}: {len(twice)} of the requests that are due are in a batch under way,"
                " which would be paid twice: run `synthgap batch fetch` first"
            )
        self._progress.begin(sum(one.planned - one.turn for one in open_ones), wanted)
        if open_ones:

            async def lead(one: Conversation, asking: Asking) -> None:
                while one.due:
                    reply = await asking.answer(one.request)
                    texts[one] += one.take(reply)
                    self._progress.took(reply, not one.ended)

            try:
                run(
                    self._settings, self._store, lambda asking: (lead(x, asking) for x in open_ones)
                )
            finally:
                self._progress.pause()
        return texts


def run(settings: Llm, store: Store, jobs: Callable[["Asking"], Iterable[Job]]) -> None:
    """Run the jobs that ask for replies; the key is read here, and not before it is needed.

    Raises:
        InputError: there is no key, or a job failed.
    """
    asyncio.run(_run(settings, store, read_key(settings), jobs))


async def _run(
    settings: Llm, store: Store, key: str, jobs: Callable[["Asking"], Iterable[Job]]
) -> None:
    asking = Asking(settings, store, key)
    try:
        with _finishing_on_interrupt(asking.client):
            await asking.side_by_side(jobs(asking))
    finally:
        await asking.close()


class Asking:
    """Answers requests from the store, or from the endpoint into the store."""

    def __init__(self, settings: Llm, store: Store, key: str) -> None:
        self.client = Client(settings, key)
        self._settings, self._store = settings, store
        self._purse = Purse(store, settings)
        self._recorder = _Recorder(store)
        self._rejections: list[Entry] = []

    async def answer(self, request: Request) -> Reply:
        """Return the reply to a request, which is then in the store.

        Raises:
            InputError: there is none to be had; nothing further is sent by this client.
        """
        stored = self._store.get(request)
        if stored is not None:
            return stored
        await self._claim(request)
        try:
            # Another process may have been first, and the first reply stays.
            reply = self._store.get(request)
            if reply is None:
                reply = await self.client.ask(request)
                await self._keep(entry(request, reply, self._settings.price.both))
        finally:
            self._purse.release(request)
        return self._store.get(request) or reply

    async def _claim(self, request: Request) -> None:
        """Return when the request may be sent: it can be paid, and no other process asks it."""
        try:
            while not self._purse.claim(request):
                if self.client.stopped:
                    raise self.client.stopped
                await self._purse.change()
        except InputError as error:
            raise self.client.stop(error) from error

    async def _keep(self, one: Entry) -> None:
        """Store a reply; but a rejection not before an answer tells that settings are right."""
        if one.reply.finish_reason == "rejected":
            self._rejections.append(one)
            return
        kept, self._rejections = [*self._rejections, one], []
        await asyncio.gather(*(self._recorder.put(each) for each in kept))

    async def side_by_side(self, jobs: Iterable[Job]) -> None:
        """Run jobs, `llm.concurrency` at a time; they are made when their turn comes.

        When one fails, no other begins, and those under way come to their end: their replies are
        paid for.

        Raises:
            InputError: one failed.
        """
        left = iter(jobs)

        async def work() -> None:
            for job in left:
                try:
                    await job
                except InputError as error:
                    self.client.stop(error)
                if self.client.stopped:
                    return

        await asyncio.gather(*(work() for _ in range(self._settings.concurrency)))
        if self.client.stopped:
            raise self.client.stopped
        if self.client.answered:
            await asyncio.gather(*(self._recorder.put(each) for each in self._rejections))

    async def close(self) -> None:
        """Close connections, and give back what was set aside of the budget."""
        self._purse.close()
        await self.client.close()


class _Recorder:
    """Stores replies as they come; those that come during a commit share the next one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, one: Entry) -> None:
        """Return when the reply is on the disk."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((one, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                storing = asyncio.to_thread(self._store.put, [one for one, _ in batch])
                # Whatever goes wrong is for those to tell who wait for it.
                (outcome,) = await asyncio.gather(storing, return_exceptions=True)
                for _, done in batch:
                    if done.cancelled():
                        continue
                    if isinstance(outcome, BaseException):
                        done.set_exception(outcome)
                    else:
                        done.set_result(None)
        finally:
            self._writing = None


@contextmanager
def _finishing_on_interrupt(client: Client) -> Iterator[None]:
    """On the first Ctrl-C send nothing more and wait for what is paid; the second one ends."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        client.stop(InputError("interrupted; all replies are kept: run again to go on"))

    loop.add_signal_handler(signal.SIGINT, stop)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
