"""A page of a small study, with whatever texts a test wants on it."""

from synthgap.measure.agreement.card import AgreementCard
from synthgap.measure.stats.intervals import Interval
from synthgap.tell.page import confusion, render
from synthgap.tell.page.facts import TaskFacts
from synthgap.tell.page.generation import Generation
from synthgap.tell.page.neighbours import KINDS, Pair
from synthgap.tell.page.samples import Sample, SourceTexts
from synthgap.tell.page.visible import shorten, visible
from synthgap.tell.plot_data import BinPoint, CurvePoint, MapPoint, Taken
from tests.measure.diversity_cards import diversity_card
from tests.tell import hand_made

HOSTILE = [
    "<script>document.title = 'taken over'</script>",
    "</table></details></title></svg><img src=x onerror=alert(1)>",
    "\u202eright to left\u202c and \u2066isolated",
    "w" * 10_000,
    "👩\u200d👩\u200d👧 🏳️\u200d🌈 é",
    "مرحبا بالعالم, שלום עולם",
    "{{ 7 * 7 }} {% raw %} &lt;b&gt; \"quoted\" 'single'",
]


def facts(summary, name, texts=("a text",), labels=("sun", "rain")):
    """Every text stands as a kept, dropped and neighbouring one, and in prompts."""
    card = hand_made.card({"zero_shot": (0.3, 0.27, 0.34)}, models=summary.plan.models)
    cells = [(source, model) for source in summary.plan.sources for model in summary.plan.models]
    # Of each label, 4 of 6 are taken for the first one.
    taken = [Taken(own, found, 4 - 2 * i) for own in labels for i, found in enumerate(labels[:2])]
    shown = [visible(shorten(text, 300)) for text in texts]
    return TaskFacts(
        name=name,
        card=card,
        agreement=AgreementCard(
            votes="human", n_texts=50, alpha=Interval(0.5, 0.4, 0.6, 50), absent={"mean": "unknown"}
        ),
        curve=[
            CurvePoint(name, source, model, step, 0.7 + step / 10, 0.6, 0.9, 40)
            for source, model in cells
            for step in (0.5, 1.0)
        ],
        bins=[
            BinPoint(name, source, model, start, end, 0.7, 0.6, 0.9, 20)
            for source, model in cells
            for start, end in ((0.5, 1.0), (1.0, 1.0))
        ],
        confusions=[confusion.matrix(model, source, taken) for source, model in cells],
        diversity=diversity_card(0.7, summary.plan.sources),
        map=[
            MapPoint(name, source, label, 0.1 * i, 0.2 * j)
            for i, source in enumerate(summary.plan.sources)
            for j, label in enumerate(labels)
        ],
        neighbours=[
            Pair("zero_shot", kind, 0.5, labels[0], text, labels[1], text)
            for kind in KINDS
            for text in shown
        ],
        generations={"zero_shot": written(texts, labels)},
        texts=[
            SourceTexts(
                source=source,
                n_kept=40,
                kept=_samples(texts, labels),
                reasons=[(texts[0], 7)],
                dropped=_samples(texts, labels, texts[0]),
            )
            for source in summary.plan.sources
        ],
    )


def written(texts=("a text",), labels=("sun", "rain")):
    asked = {
        "context": texts[0],
        "request": texts[-1],
        "follow_up": " ".join(texts),
        "turns": 5,
        "length": "10 words",
        "descriptions": dict.fromkeys(labels, texts[-1]),
        "sampling": {"temperature": 1.0, texts[0]: texts[-1]},
    }
    llm = {"model": texts[0], "requests": 10, "seconds": 3.5, "prompt_tokens": 1000}
    llm |= {"completion_tokens": 234, "usd": 0.125, "asked": asked}
    return Generation.model_validate({"backend": "api", "attempts": 10, "llm": llm})


def page(texts=("a text",), labels=("sun", "rain"), **changed):
    """Return the page of a study of `hand_made` with size curves; of the methods a line each."""
    summary = hand_made.summary(**changed).model_copy(update={"worth": hand_made.WORTH})
    tasks = [facts(summary, task, texts, labels) for task in summary.plan.tasks]
    methods = render.Methods([("study.key", texts[0])], [("python", "3.11")])
    return render.page(summary, tasks, methods)


def _samples(texts, labels, reason=None):
    return [
        Sample(f"id-{i}", visible(shorten(text, 300)), labels[i % 2], len(text), reason)
        for i, text in enumerate(texts)
    ]
