"""Asks a language model questions, through the response store."""

from collections.abc import Iterable, Iterator, Sequence

from synthgap.floor.errors import InputError
from synthgap.generate import forecast
from synthgap.generate.asking import Asking, run
from synthgap.generate.exchange import FIRST_QUESTION
from synthgap.generate.llm import Llm
from synthgap.generate.progress import Progress
from synthgap.generate.store import Store
from synthgap.judge.questions import Inquiry, Question, need


def recall(questions: Iterable[Question], llm: Llm, store: Store) -> list[Inquiry]:
    """Return the questions with the replies that the store has."""
    inquiries = [Inquiry(question, llm) for question in questions]
    for one in inquiries:
        while one.due and (reply := store.get(one.request)) is not None:
            one.take(reply)
    return inquiries


def forecast_lines(
    inquiries: Sequence[Inquiry], llm: Llm, store: Store, name: str
) -> Iterator[str]:
    """Yield what is still to be asked for, and what it will cost."""
    own = (one for one in store.entries() if one.model == llm.model)
    known = forecast.known([one.reply for one in own if one.request["sample"] >= FIRST_QUESTION])
    needs = [need(inquiries, known, llm.max_tokens)]
    yield from forecast.say(needs, llm, known, (name, "an answer cannot be read"))


def check(inquiries: Sequence[Inquiry], name: str) -> None:
    """Check that there is an answer at all.

    Raises:
        InputError: there is none; the message has the last reply.
    """
    if not any(one.answer for one in inquiries):
        reply = " ".join(inquiries[-1].replies[-1].text.split())
        raise InputError(f"{name}: no answer can be read, the last reply is {reply[:80]!r}")


def ask(inquiries: Sequence[Inquiry], llm: Llm, store: Store, name: str) -> None:
    """Ask for what is due; every reply is in the store before it is read.

    Raises:
        InputError: the endpoint gives no reply, or the budget is reached.
    """
    due = [one for one in inquiries if one.due]
    if not due:
        return
    progress = Progress(name, len(inquiries), llm.price, unit="answers")

    async def answer(one: Inquiry, asking: Asking) -> None:
        while one.due:
            reply = await asking.answer(one.request)
            one.take(reply)
            progress.took(reply, one.answer is not None)

    progress.begin(len(due), {"answers": len(due)})
    try:
        run(llm, store, lambda asking: (answer(one, asking) for one in due))
    finally:
        progress.pause()
