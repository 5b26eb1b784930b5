"""How long a fine-tuning takes, ours against transformers' Trainer, and how good it is.

    python benchmarks/train.py speed    ours, Trainer as most scripts use it, Trainer at its best
    python benchmarks/train.py probe    frozen encoder, ours against SentenceTransformer.encode
    python benchmarks/train.py growth   200, 800 and 3,200 texts

All sides get the same texts, seed, batch, passes and learning rate, train all-MiniLM-L6-v2 and
predict the same test texts. Transformers' classifier reads the first token of a text; ours reads
the mean over its tokens, which the encoder was made for, or the first one too. Ours trains all
weights as Trainer does, or the upper four or two layers of six alone (`trained_layers`), on what
the lower ones make of a text once. One more side is no equal: `models.minilm` of params.yaml as the
study has it, the upper two layers at rates of its own, on all threads; it says what the study pays
and gets for the same texts.
A time is that of everything from texts to predictions, reading the weights included, imports not.
Each fit has a process of its own, so no side profits from what another has set up. The sides
alternate; medians of rounds are printed. Texts are those of a study that has run (`data/train`,
`data/test`). On a GPU, where there is one.
"""

import argparse
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from transformers.utils import logging

from synthgap.classify.cell import prepare
from synthgap.classify.protocol import Examples
from synthgap.classify.settings import Finetune, Probe
from synthgap.encoder import minilm
from synthgap.floor import params, tables

BATCH, EPOCHS, RATE, TOKENS = 16, 4, 5e-5, 128
TEXTS = 300
TASKS = ("ag_news", "imdb", "sarcasm_news", "tweet_emotion")

Side = Callable[[Examples, list[str], int], np.ndarray]
"""From labelled texts, texts to predict and a seed to predicted labels."""


SETTINGS = Finetune(
    kind="finetune", encoder=minilm.NAME, pooling="mean", max_tokens=TOKENS, trained_layers=None,
    dropout=True, steps=1, epochs=EPOCHS, batch=BATCH, learning_rate=RATE, head_learning_rate=RATE,
    warmup_share=0.0, weight_decay=0.0, validation_share=0.0,
)  # fmt: skip


def ours(
    examples: Examples, unseen: list[str], seed: int, settings: Finetune = SETTINGS
) -> np.ndarray:
    return prepare(settings, examples, unseen).fit(seed).probabilities.argmax(axis=1)


def as_in_the_study(examples: Examples, unseen: list[str], seed: int) -> np.ndarray:
    settings = params.read("models.minilm", Finetune).model_copy(update={"threads": None})
    return ours(examples, unseen, seed, settings)


def by_trainer(examples: Examples, unseen: list[str], seed: int, best: bool) -> np.ndarray:
    from torch.utils.data import Dataset
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    tokenizer = AutoTokenizer.from_pretrained(str(minilm.folder()))
    model = AutoModelForSequenceClassification.from_pretrained(
        str(minilm.folder()), num_labels=examples.n_labels
    )

    class Rows(Dataset):
        def __init__(self, texts: list[str], labels: np.ndarray) -> None:
            padding = False if best else "max_length"
            self.rows = tokenizer(texts, truncation=True, max_length=TOKENS, padding=padding)
            self.labels = labels

        def __len__(self) -> int:
            return len(self.labels)

        def __getitem__(self, i: int) -> dict:
            return {k: v[i] for k, v in self.rows.items()} | {"labels": int(self.labels[i])}

    flags = {"bf16": True, "train_sampling_strategy": "group_by_length"} if best else {}
    flags["use_cpu"] = not torch.cuda.is_available()
    with TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder,
                num_train_epochs=EPOCHS,
                per_device_train_batch_size=BATCH,
                learning_rate=RATE,
                seed=seed,
                report_to=[],
                save_strategy="no",
                disable_tqdm=True,
                logging_strategy="no",
                **flags,
            ),
            train_dataset=Rows(list(examples.texts), examples.labels),
            data_collator=DataCollatorWithPadding(tokenizer) if best else None,
        )
        trainer.train()
        trainer.args.train_sampling_strategy = "random"  # else it predicts in another order
        found = trainer.predict(Rows(unseen, np.zeros(len(unseen), dtype=np.int64)))
    return np.asarray(found.predictions).argmax(axis=1)


def our_probe(examples: Examples, unseen: list[str], seed: int) -> np.ndarray:
    settings = Probe(
        kind="probe", encoder="all-MiniLM-L6-v2", pooling="mean", max_tokens=TOKENS,
        inverse_penalty=10.0,
    )  # fmt: skip
    return prepare(settings, examples, unseen).fit(seed).probabilities.argmax(axis=1)


def encode_and_regress(examples: Examples, unseen: list[str], seed: int) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm.folder()), local_files_only=True)
    model.max_seq_length = TOKENS
    vectors = model.encode([*examples.texts, *unseen], normalize_embeddings=True)
    n = len(examples.texts)
    fitted = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
    return fitted.fit(vectors[:n], examples.labels).predict(vectors[n:])


FINETUNE: dict[str, Side] = {
    "ours": ours,
    "ours, first token": partial(ours, settings=SETTINGS.model_copy(update={"pooling": "first"})),
    "ours, upper 4 layers": partial(
        ours, settings=SETTINGS.model_copy(update={"trained_layers": 4})
    ),
    "ours, upper 2 layers": partial(
        ours, settings=SETTINGS.model_copy(update={"trained_layers": 2})
    ),
    "ours, as in the study": as_in_the_study,
    "Trainer, padded to 128": partial(by_trainer, best=False),
    "Trainer, its best flags": partial(by_trainer, best=True),
}
PROBE: dict[str, Side] = {"ours": our_probe, "encode, then regress": encode_and_regress}


def read(task: str, n: int) -> tuple[Examples, list[str], np.ndarray]:
    """Return n training texts, drawn with repetition where there are fewer, and the test."""
    labels = params.read(f"tasks.{task}.labels", list[str])
    places = {label: i for i, label in enumerate(labels)}
    train = tables.read_texts(Path(f"data/train/{task}/real.jsonl"), tables.TEXTS)
    train = train.sample(n, random_state=1, replace=n > len(train))
    test = tables.read_texts(Path(f"data/test/{task}.jsonl"), tables.TEXTS)
    examples = Examples(
        train["text"].tolist(), train["label"].map(places).to_numpy(np.int64), len(labels)
    )
    return examples, test["text"].tolist(), test["label"].map(places).to_numpy(np.int64)


def compare(sides: dict[str, Side], tasks: list[str], rounds: int) -> None:
    fits = []
    for seed in range(1, rounds + 1):
        for task in tasks:
            for name in sides:
                with ProcessPoolExecutor(1, get_context("spawn")) as process:
                    seconds, f1 = process.submit(one_fit, name, task, seed, sides).result()
                fits.append((name, task, seconds, f1))
                print(f"{task:16} seed {seed} {name:26} {seconds:7.1f} s  {f1:5.1f}", flush=True)
    found = pd.DataFrame(fits, columns=["side", "task", "s", "F1"])
    tell(found.groupby(["side", "task"], sort=False).agg({"s": "median", "F1": "mean"}).unstack())


def tell(found: pd.DataFrame) -> None:
    """Print seconds and macro-F1 by task, of all tasks, and how often one side goes into another.

    Args:
        found: a row a side; columns "s" and "F1", by task.
    """
    found = found.round(1)
    seconds, f1 = found["s"].sum(axis=1), found["F1"].mean(axis=1).round(1)
    print(found.to_string(), "\nof all tasks, and times the seconds of a column's side:")
    ratios = pd.DataFrame({name: seconds / took for name, took in seconds.items()}).round(1)
    print(pd.concat([seconds.rename("s"), f1.rename("F1"), ratios], axis=1).to_string())


def one_fit(name: str, task: str, seed: int, sides: dict[str, Side]) -> tuple[float, float]:
    """Return the seconds and the macro-F1 in percent of one side's fit."""
    quiet()
    import sentence_transformers  # noqa: F401
    from transformers import AutoModelForSequenceClassification, Trainer  # noqa: F401

    examples, unseen, truth = read(task, TEXTS if task != "sarcasm_news" else 200)
    started = time.perf_counter()
    predicted = sides[name](examples, unseen, seed)
    seconds = time.perf_counter() - started
    return seconds, 100 * f1_score(truth, predicted, average="macro", zero_division=0)


def quiet() -> None:
    logging.disable_progress_bar()
    logging.set_verbosity_error()


def growth() -> None:
    for n in (200, 800, 3200):
        examples, _, _ = read("ag_news", n)
        started = time.perf_counter()
        ours(examples, [], 1)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{n:5} texts: {time.perf_counter() - started:6.1f} s, peak {peak:.0f} MiB", flush=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=("speed", "probe", "growth"))
    parser.add_argument("--tasks", nargs="+", default=list(TASKS))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    quiet()
    print(f"device: {torch.cuda.get_device_name() if torch.cuda.is_available() else 'processor'}")
    if options.part == "growth":
        growth()
    else:
        compare(FINETUNE if options.part == "speed" else PROBE, options.tasks, options.rounds)


if __name__ == "__main__":
    main()
