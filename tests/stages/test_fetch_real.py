import hashlib
import json
import socket
import zipfile

import pytest

from tests.fetch.hubserver import COMMIT, CONVERTED, hub
from tests.fetch.study import Study, texts, write_parquet

TEXTS = ["id", "text", "label"]
ALL = {"train_per_label": None, "test_rows": None, "voted_rows": 1000}


@pytest.fixture
def study(tmp_path):
    """Twenty texts a label to train on, six to test on, in a mirror."""
    study = Study(tmp_path)
    study.put("org/name/train", texts("day", 20) + texts("night", 20))
    study.put("org/name/test", texts("day", 6, 100) + texts("night", 6, 100))
    return study


def one_split(study, rows, **names):
    """Make the dataset one split, to be divided."""
    (study.folder / "mirror/org/name/test.parquet").unlink(missing_ok=True)
    study.put("org/name/train", rows, **names)
    study.dataset["test"] = None


def outputs(study):
    return {file.name: file.read_bytes() for file in (study.folder / "out").iterdir()}


# What comes out


def test_tables_have_the_rows_that_params_ask_for_and_counts_are_told(study):
    assert study.run() is None
    # 40 rows to train on: a tenth is the pool, then 2 for each of 2 labels.
    assert study.metrics() == {
        "source": "mirror",
        "demonstration": False,
        "revision": None,
        "files": study.metrics()["files"],
        "read": {"train": 40, "test": 12},
        "dropped": {},
        "held_out": 0,
        "available": {"train": 40, "test": 12, "voted": 0},
        "rows": {
            "train": {"day": 2, "night": 2},
            "pool": {"day": 2, "night": 2},
            "test": {"day": 2, "night": 2},
            "voted": {},
        },
        "train_rows": {"wanted": 4, "got": 4},
        "votes": "none: the dataset has none",
    }
    for table in ("train", "pool", "test"):
        assert list(study.read(table).columns) == TEXTS
    assert study.read("voted").empty
    assert study.votes() == {}


def test_the_files_of_a_mirror_are_told_with_their_sha256(study):
    assert study.run() is None
    mirror = study.folder / "mirror"
    assert study.metrics()["files"] == {
        f"org/name/{split}.parquet": hashlib.sha256(
            (mirror / f"org/name/{split}.parquet").read_bytes()
        ).hexdigest()
        for split in ("train", "test")
    }


def test_no_row_is_lost_and_none_is_in_two_tables(study):
    # Of 46 + 14 rows: one copy, two with two labels, one that is tested on, an empty one, one of
    # a label that the task lacks, one without a label, one with a NUL; in the test split a copy.
    night, day, test_day = texts("night", 1)[0], texts("day", 3), texts("day", 1, 100)[0]
    spoiled = [
        day[0] | {"text": day[0]["text"].upper()},
        night | {"text": day[1]["text"] + " "},
        test_day | {"text": "  " + test_day["text"]},
        {"text": " \n", "label": "day"},
        {"text": "it is noon", "label": "noon"},
        {"text": "it is late", "label": None},
        {"text": "it is\0night", "label": "night"},
    ]
    study.put("org/name/train", texts("day", 20) + texts("night", 20) + spoiled)
    study.put("org/name/test", texts("day", 6, 100) + texts("night", 6, 100) + [test_day])
    study.fetch |= ALL
    assert study.run() is None
    dropped = study.read("dropped")
    assert dict(zip(dropped["id"], dropped["reason"], strict=True)) == {
        "train-1": "two_labels",
        "train-40": "repeat",
        "train-41": "two_labels",
        "train-42": "in_test",
        "train-43": "empty",
        "train-44": "other_label",
        "train-45": "no_label",
        "train-46": "bad_characters",
        "test-12": "repeat",
    }
    assert list(dropped["id"])[-1] == "test-12"
    tables = study.ids("train", "pool", "test", "voted", "dropped")
    everything = [f"train-{i}" for i in range(47)] + [f"test-{i}" for i in range(13)]
    assert sorted(tables) == sorted(everything)


def test_a_split_is_divided_where_there_is_no_test_set(study):
    one_split(study, texts("day", 30) + texts("night", 10))
    study.fetch |= ALL
    assert study.run() is None
    # 30 % of 40 rows are 12, in the proportions 3 to 1.
    assert study.metrics()["rows"]["test"] == {"day": 9, "night": 3}
    assert study.metrics()["available"] == {"train": 28, "test": 12, "voted": 0}
    tables = study.ids("train", "pool", "test")
    assert sorted(tables) == sorted(f"train-{i}" for i in range(40))


def test_rows_keep_the_order_of_their_source(study):
    study.fetch |= {"train_per_label": 8, "test_rows": 8}
    assert study.run() is None
    for table in ("train", "pool", "test"):
        numbers = [int(name.split("-")[1]) for name in study.ids(table)]
        assert numbers == sorted(numbers)


def test_the_same_params_give_the_same_bytes_and_another_seed_other_rows(study):
    study.run()
    first, train = outputs(study), study.ids("train")
    study.run()
    assert outputs(study) == first
    study.fetch["seed"] = 2
    study.run()
    assert study.ids("train") != train


def test_another_task_of_the_same_data_draws_other_rows(study):
    study.run()
    train = study.ids("train")
    study.task = "times"
    study.run()
    assert study.ids("train") != train


def test_training_texts_and_pool_do_not_depend_on_the_test_rows_drawn(study):
    study.run()
    before = {name: outputs(study)[f"{name}.jsonl"] for name in ("train", "pool")}
    study.fetch["test_rows"] = None
    study.run()
    assert {name: outputs(study)[f"{name}.jsonl"] for name in ("train", "pool")} == before
    assert len(study.ids("test")) == 12


def test_more_training_texts_keep_the_former_ones_and_leave_the_pool_alone(study):
    study.run()
    train, pool = study.ids("train"), study.ids("pool")
    study.fetch["train_per_label"] = 5
    study.run()
    assert set(train) < set(study.ids("train"))
    assert study.ids("pool") == pool


def test_where_there_are_fewer_texts_than_wanted_all_are_taken_and_it_is_said(study):
    study.fetch["train_per_label"] = 1000
    done = study.run_apart()
    assert done.returncode == 0
    assert study.metrics()["train_rows"] == {"wanted": 2000, "got": 36}
    assert "hours: there are no 2000 texts to train on, so all are taken" in done.stderr
    assert done.stderr.count("\n") == 2


def test_classes_lists_of_words_and_configs_are_read_as_the_hub_has_them(study):
    rows = [
        {"words": [word, "is", str(i)], "kind": [kind]}
        for i in range(9)
        for kind, word in enumerate(("Light", "Dark"))
    ]
    rows.append({"words": ["Grey", "is", "it"], "kind": [0, 1]})
    study.put_card("org/name", {"first": ["train"], "second": ["train", "more"]})
    study.put("org/name/first/train", [{"words": ["a"], "kind": [0]}])
    for split in ("train", "more"):
        own = [row | {"words": [split, *row["words"]]} for row in rows]
        study.put(f"org/name/second/{split}", own, kind=["DAY", "NIGHT"])
    study.dataset |= {"config": "second", "train": ["more", "train"], "test": None}
    study.dataset |= {"text": "words", "label": "kind", "names": {"DAY": "day", "NIGHT": "night"}}
    assert study.run() is None
    train = study.read("train")
    assert set(train["label"]) == {"day", "night"}
    assert {text.split()[1] for text in train[train["label"] == "day"]["text"]} == {"Light"}
    assert study.metrics()["read"] == {"more": 19, "train": 19}
    assert study.metrics()["dropped"] == {"several_labels": 2}


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_a_dataset_may_be_one_file_of_ones_own(study, suffix):
    rows = texts("day", 9) + texts("night", 9) + [{"text": "None", "label": "day"}]
    file = study.folder / f"mirror/own.{suffix}"
    if suffix == "csv":
        lines = ["text,label", *(f"{row['text']},{row['label']}" for row in rows)]
    else:
        lines = [json.dumps(row) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    study.dataset |= {"hub": None, "mirror": f"own.{suffix}", "test": None}
    study.fetch |= ALL
    assert study.run() is None
    assert "None" in {text for t in ("train", "pool", "test") for text in study.read(t)["text"]}
    assert list(study.metrics()["files"]) == [f"own.{suffix}"]


def test_a_mirror_is_read_without_a_word_to_the_network(study):
    rows = texts("day", 9) + texts("night", 9)
    (study.folder / "mirror/own.jsonl").write_text("\n".join(map(json.dumps, rows)))
    study.dataset |= {"mirror": "own.jsonl", "test": None}
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        done = study.run_apart(HF_ENDPOINT=address, HTTPS_PROXY=address, HTTP_PROXY=address)
        assert done.returncode == 0, done.stderr
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()


# Votes


def test_votes_in_a_column_give_the_agreement_of_the_test_rows_drawn(study):
    votes = {"day": ["DAY", "DAY", "NIGHT", "DAY"], "night": ["NIGHT", "NIGHT", "DAY"]}
    rows = texts("day", 20) + texts("night", 20)
    one_split(
        study, [row | {"label": row["label"].upper(), "v": votes[row["label"]]} for row in rows]
    )
    study.dataset |= {"names": {"DAY": "day", "NIGHT": "night"}}
    study.dataset["votes"] = {"kind": "column", "column": "v"}
    assert study.run() is None
    found = study.votes()
    assert list(found) == study.ids("test")
    by_label = dict(zip(study.read("test")["label"], found.values(), strict=True))
    assert by_label["day"] == (["day", "day", "night", "day"], 3 / 4)
    assert by_label["night"] == (["night", "night", "day"], 2 / 3)
    # Two of each label: (2 * 3/4 + 2 * 2/3) / 4 = 17/24.
    assert study.metrics()["votes"] == {"n": 4, "mean_agreement": pytest.approx(17 / 24)}
    assert study.read("voted").empty


def test_a_text_without_votes_has_no_agreement(study):
    one_split(study, [row | {"v": []} for row in texts("day", 9) + texts("night", 9)])
    study.dataset["votes"] = {"kind": "column", "column": "v"}
    study.put(
        "org/name/train",
        [{"text": "x", "label": "day", "v": ["day"]}]
        + [row | {"v": []} for row in texts("day", 9) + texts("night", 9)],
    )
    study.fetch["test_rows"] = None
    assert study.run() is None
    assert set(study.votes()) <= {"train-0"}


def test_the_agreement_of_nested_bands_is_that_of_the_highest(study):
    rows = texts("day", 10) + texts("night", 10)
    configs = ("all", "most", "some", "any")
    study.put_card("org/name", {config: ["train"] for config in configs})
    study.put("org/name/any/train", rows)
    study.put("org/name/some/train", rows[1:])
    study.put("org/name/most/train", rows[3:])
    # The same text under another label is another sentence: it lifts nothing.
    study.put("org/name/all/train", [*rows[15:], rows[4] | {"label": "night"}])
    study.dataset |= {"config": "any", "test": None}
    study.dataset["votes"] = {
        "kind": "bands",
        "bands": [
            {"config": "all", "agreement": 1.0},
            {"config": "some", "agreement": 0.5},
            {"config": "most", "agreement": 0.75},
        ],
    }
    study.fetch |= ALL | {"test_share": 0.8}
    assert study.run() is None
    numbers = [int(name.split("-")[1]) for name in study.ids("test")]
    assert {0, 1, 4, 18} < set(numbers)
    assert study.votes() == {
        f"train-{n}": ([], 1.0 if n >= 15 else 0.75 if n >= 3 else 0.5) for n in numbers if n
    }


ANNOTATORS = {
    "kind": "annotators",
    "mirror": "extra/people",
    "split": "train",
    "text": "text",
    "label": "label",
    "annotators": ["ann", "bob", "cem"],
}


def test_annotated_training_texts_are_held_out_and_written_apart(study):
    days, nights = texts("day", 20), texts("night", 20)
    votes = {"ann": "day", "bob": "day", "cem": "night"}
    new = texts("night", 2, 50)
    people = [
        days[0] | votes,  # a training text
        days[1] | {"text": days[1]["text"].upper()} | votes,  # the same, in capitals
        new[0] | votes,  # nowhere else
        new[0] | {"ann": "night", "bob": "night", "cem": "night"},  # a repeat
        days[2] | {"label": None} | votes,  # a training text without its label
        texts("day", 1, 100)[0] | votes,  # a test text
        new[1] | {"ann": None, "bob": None, "cem": None},  # nobody's
        nights[0] | {"ann": "night", "bob": None, "cem": "night"},
    ]
    study.put("extra/people/train", people)
    study.dataset["votes"] = ANNOTATORS
    study.fetch |= ALL
    assert study.run() is None
    assert study.ids("voted") == ["voted-0", "voted-1", "voted-2", "voted-7"]
    assert study.votes() == {
        "test-0": (["day", "day", "night"], 2 / 3),
        "voted-0": (["day", "day", "night"], 2 / 3),
        "voted-1": (["day", "day", "night"], 2 / 3),
        "voted-2": (["day", "day", "night"], 2 / 3),
        "voted-7": (["night", "night"], 1.0),
    }
    dropped = study.read("dropped")
    assert dict(zip(dropped["id"], dropped["reason"], strict=True)) == {
        "voted-3": "repeat",
        "voted-4": "no_label",
        "voted-5": "in_test",
        "voted-6": "no_votes",
    }
    # Held out: three days and a night, of 40 texts to train on.
    assert study.metrics()["held_out"] == 4
    assert study.metrics()["read"] == {"train": 40, "test": 12, "voted": 8}
    trained = {*study.ids("train"), *study.ids("pool")}
    assert trained == {f"train-{i}" for i in range(40)} - {
        "train-0",
        "train-1",
        "train-2",
        "train-20",
    }


def test_how_many_voted_texts_are_drawn_does_not_change_the_training_texts(study):
    votes = {"ann": "day", "bob": "day", "cem": "night"}
    study.put("extra/people/train", [row | votes for row in texts("day", 10)])
    study.dataset["votes"] = ANNOTATORS
    study.run()
    train, voted = study.ids("train"), study.ids("voted")
    study.fetch["voted_rows"] = 2
    study.run()
    assert study.ids("train") == train
    assert len(voted) == 4
    assert set(study.ids("voted")) < set(voted)


def test_without_the_annotators_table_there_are_no_votes_and_it_is_said(study):
    study.dataset["votes"] = ANNOTATORS
    assert study.run() is None
    assert study.metrics()["votes"] == "none: the mirror has no extra/people"


def raters(study):
    rows = [row | {"key": f"k{i}"} for i, row in enumerate(texts("day", 20) + texts("night", 20))]
    study.put_card("org/name", {"plain": ["train"], "raw": ["train"]})
    study.put("org/name/plain/train", rows)
    study.dataset |= {"config": "plain", "test": None}
    study.dataset["votes"] = {"kind": "raters", "config": "raw", "split": "train", "id": "key"}
    study.fetch |= ALL
    return rows


def test_a_rater_votes_by_marking_exactly_one_of_the_labels(study):
    rows = raters(study)
    marks = [
        {"day": 1, "night": 0, "noon": 0},  # day
        {"day": 1, "night": 0, "noon": 1},  # day: noon is no label of the task
        {"day": 0, "night": 1, "noon": 0},  # night
        {"day": 1, "night": 1, "noon": 0},  # undecided
        {"day": 0, "night": 0, "noon": 1},  # neither
    ]
    study.put("org/name/raw/train", [{"key": row["key"]} | mark for mark in marks for row in rows])
    assert study.run() is None
    assert list(study.votes()) == study.ids("test")
    assert all(found == (["day", "day", "night"], 2 / 3) for found in study.votes().values())


def test_without_the_raters_config_there_are_no_votes_and_it_is_said(study):
    raters(study)
    study.put_card("org/name", {"plain": ["train"]})
    assert study.run() is None
    assert study.metrics()["votes"] == "none: the mirror's org/name has no config raw"


# The sample


def put_sample(study, rows):
    file = study.folder / "data/sample/hours.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"label": row["label"], "text": row["text"]}) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    study.source = "sample"


def test_the_sample_is_halved_and_called_a_demonstration(study):
    put_sample(study, texts("day", 10) + texts("night", 6))
    study.dataset["votes"] = ANNOTATORS
    study.fetch |= ALL
    assert study.run() is None
    found = study.metrics()
    assert (found["source"], found["demonstration"]) == ("sample", True)
    assert found["rows"]["test"] == {"day": 5, "night": 3}
    assert found["votes"] == "none: the sample has none"
    tables = study.ids("train", "pool", "test")
    assert sorted(tables) == sorted(f"sample-{i}" for i in range(16))


def test_the_sample_is_fetched_without_the_library_that_reads_datasets(study):
    put_sample(study, texts("day", 10) + texts("night", 6))
    poison = study.folder / "poison/datasets"
    poison.mkdir(parents=True)
    (poison / "__init__.py").write_text("raise SystemExit('datasets was imported')\n")
    done = study.run_apart(PYTHONPATH=str(poison.parent))
    assert done.returncode == 0, done.stderr


# The hub


def hub_environment(study, endpoint):
    return {
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(study.folder / "home"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_UPDATE_DOWNLOAD_COUNTS": "0",
    }


def test_the_hub_is_read_at_one_commit_and_gives_the_rows_that_a_mirror_gives(study):
    study.dataset["votes"] = {"kind": "raters", "config": "raw", "split": "train", "id": "text"}
    assert study.run() is None
    mirrored = outputs(study)
    study.source = "hub"
    with hub(study.folder / "mirror") as endpoint:
        done = study.run_apart(**hub_environment(study, endpoint))
    assert done.returncode == 0, done.stderr
    assert (study.metrics()["revision"], study.metrics()["files"]) == (COMMIT, {})
    assert study.metrics()["votes"] == "none: the hub's org/name has no config raw"
    fetched = outputs(study)
    assert {name for name in fetched if fetched[name] != mirrored[name]} == {"metrics.json"}
    # What is in the library's cache is of an older commit now, and nothing else is to be had.
    with hub(study.folder / "mirror", commit="decaf" + "0" * 35, has_files=False) as endpoint:
        done = study.run_apart(**hub_environment(study, endpoint))
    assert done.returncode == 1
    assert "the hub stopped answering, expected decaf" in done.stderr
    assert done.stderr.count("\n") == 1


def test_files_that_no_card_names_are_read_one_by_one_from_archives_too(study):
    root = study.folder / "hub/org/name"
    root.mkdir(parents=True)
    rows = texts("day", 9) + texts("night", 9) + [{"text": 'a "day" @ sea', "label": "day"}]
    lines = "".join(f"{row['text']}@{row['label']}\r\n" for row in rows)
    with zipfile.ZipFile(root / "all.zip", "w") as archive:
        archive.writestr("inner/Most.txt", lines.replace("sea", "caf\u00e9").encode("latin-1"))
    (root / "name.py").write_text("raise SystemExit('a loading script ran')\n", encoding="utf-8")
    write_parquet(root / "parts/0.parquet", {"text": ["x"], "label": ["day"]}, {})
    study.source = "hub"
    study.dataset |= {"config": "most", "test": None, "revision": "refs/convert/parquet"}
    study.dataset["hub_files"] = {
        "format": "csv",
        "paths": {"most": {"train": "all.zip::inner/Most.txt"}},
        "options": {
            "sep": "@(?=[^@]*$)",
            "engine": "python",
            "header": None,
            "names": ["text", "label"],
            "encoding": "ISO-8859-1",
            "quoting": 3,
            "keep_default_na": False,
        },
    }
    study.fetch |= ALL
    with hub(study.folder / "hub") as endpoint:
        done = study.run_apart(**hub_environment(study, endpoint))
    assert done.returncode == 0, done.stderr
    found = {text for t in ("train", "pool", "test") for text in study.read(t)["text"]}
    assert 'a "day" @ caf\u00e9' in found
    assert len(found) == 19
    assert study.metrics()["revision"] == CONVERTED


def test_a_loading_script_is_never_run_and_gets_one_line(study):
    root = study.folder / "hub/org/name"
    root.mkdir(parents=True)
    (root / "name.py").write_text("raise SystemExit('a loading script ran')\n", encoding="utf-8")
    study.source = "hub"
    with hub(study.folder / "hub") as endpoint:
        done = study.run_apart(**hub_environment(study, endpoint))
    assert done.returncode == 1
    assert "the hub's org/name: cannot be read (Dataset scripts are no longer" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_dataset_of_the_mirror_only_is_not_looked_for_on_the_hub(study):
    study.source = "hub"
    study.dataset |= {"hub": None, "mirror": "votes/own.parquet"}
    assert study.run().startswith("fetch_real: votes/own.parquet: this dataset has no hub id")


# Bad input, through the real script


def test_a_parquet_file_cut_in_half_gets_one_line_and_writes_nothing(study):
    file = study.folder / "mirror/org/name/train.parquet"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    done = study.run_apart()
    assert done.returncode == 1
    assert done.stderr.startswith("fetch_real: mirror/org/name: cannot be read (Parquet magic")
    assert done.stderr.count("\n") == 1
    assert not (study.folder / "out").exists()


def test_a_parquet_file_with_damage_inside_gets_one_line(study):
    file = study.folder / "mirror/org/name/train.parquet"
    content = bytearray(file.read_bytes())
    content[100:400] = b"\xff" * 300
    file.write_bytes(content)
    found = study.run()
    assert found.startswith("fetch_real: mirror/org/name: cannot be read (")
    assert "\n" not in found


def set_dataset(**changes):
    return lambda study: study.dataset.update(changes)


def too_few(study):
    one_split(study, texts("day", 9) + texts("night", 3))


def all_equal(study):
    one_split(
        study, [{"text": "It is late", "label": "day"}, {"text": "it is LATE", "label": "night"}]
    )


def one_label_left(study):
    one_split(
        study, [*texts("day", 9), {"text": "the day number 1 is 1 hours old", "label": "night"}]
    )


def strange_vote(study):
    rows = texts("day", 9) + texts("night", 9)
    one_split(study, [row | {"v": ["day", "noon"]} for row in rows])
    study.dataset["votes"] = {"kind": "column", "column": "v"}


def no_folder(study):
    study.fetch["mirror"] = "nowhere"


def brackets(study):
    (study.folder / "mirror").rename(study.folder / "mirror [1]")
    study.fetch["mirror"] = "mirror [1]"


def no_card(study):
    (study.folder / "mirror/org/name/README.md").write_text("---\nconfigs: [\n---\n")


def no_data(study):
    for file in (study.folder / "mirror/org/name").iterdir():
        file.unlink()


def numbers_for_texts(study):
    one_split(study, [{"text": 1, "label": "day"}, {"text": 2, "label": "night"}])


def no_sample(study):
    study.source = "sample"


def broken_sample(study):
    put_sample(study, texts("day", 9) + texts("dusk", 9))


DATASET = "params.yaml: tasks.hours.dataset"
BAD_INPUT = {
    "mirror-gone": (no_folder, "nowhere: no such folder, but data/source.json says that it is"),
    "mirror-like-a-pattern": (brackets, "the mirror's path has one of *?[], which would be taken"),
    "dataset-missing": (set_dataset(hub="org/other"), "mirror/org/other: no such file or folder"),
    "dataset-empty": (no_data, "mirror/org/name: cannot be read (The directory at "),
    "card-broken": (no_card, "mirror/org/name: cannot be read ("),
    "column-renamed": (
        set_dataset(text="body"),
        "mirror/org/name, split train: no column 'body', found text, label",
    ),
    "split-missing": (
        set_dataset(test=["tests"]),
        "mirror/org/name: no split 'tests', found train, test",
    ),
    "config-missing": (
        set_dataset(config="large"),
        "mirror/org/name: cannot be read (BuilderConfig 'large' not found. Available: ['default'])",
    ),
    "votes-column-missing": (
        set_dataset(votes={"kind": "column", "column": "v"}),
        "mirror/org/name, split train: no column 'v', found text, label",
    ),
    "name-matches-no-row": (
        set_dataset(names={"day": "day", "Night": "night"}),
        f"{DATASET}.names: no row's label is 'Night', found 2 others: day, night",
    ),
    "name-for-no-label": (
        set_dataset(names={"day": "day", "night": "dark"}),
        f"{DATASET}.names: 'night' stands for 'dark', expected one of ['day', 'night']",
    ),
    "label-without-name": (
        lambda study: study.labels.append("dusk"),
        "params.yaml: tasks.hours.labels: 'dusk' has no name in the data",
    ),
    "one-label-in-params": (
        lambda study: study.labels.pop(),
        "params.yaml: tasks.hours.labels: List should have at least 2 items",
    ),
    "label-twice": (
        lambda study: study.labels.append("day"),
        "params.yaml: tasks.hours.labels: Value error, 'day' is listed twice",
    ),
    "one-label-in-data": (
        one_label_left,
        "hours: the label 'night' has 0 different texts to train on and 0 to test on, expected",
    ),
    "too-few-to-split": (
        too_few,
        "hours: the label 'night' has 1 different texts to train on and 2 to test on, expected",
    ),
    "all-equal": (all_equal, "hours: all 2 texts are equal, expected different texts"),
    "texts-are-numbers": (numbers_for_texts, "row train-0: the text is 1, expected a string or"),
    "strange-vote": (strange_vote, "is for 'noon', expected one of ['day', 'night']"),
    "sample-missing": (no_sample, "data/sample/hours.jsonl: no such file: the bundled sample has"),
    "sample-of-other-labels": (broken_sample, "hours.jsonl: row 10 has the label 'dusk'"),
    "unknown-key": (set_dataset(txt="text"), f"{DATASET}.txt: Extra inputs are not permitted"),
    "number-for-name": (
        set_dataset(names={0: "day", 1: "night"}),
        f"{DATASET}.names.0: Input should be a valid string, found 0",
    ),
    "no-such-votes": (
        set_dataset(votes={"kind": "poll"}),
        f"{DATASET}.votes: Input tag 'poll' found using 'kind' does not match any of the expected",
    ),
    "split-on-both-sides": (
        set_dataset(test=["train"]),
        f"{DATASET}: Value error, the split 'train' is for both training and testing",
    ),
    "nowhere-to-fetch-from": (
        set_dataset(hub=None),
        f"{DATASET}: Value error, expected a file, a hub id or a path inside the mirror",
    ),
    "share-out-of-range": (
        lambda study: study.fetch.update(pool_share=1.0),
        "params.yaml: fetch.pool_share: Input should be less than 1, found 1.0",
    ),
    "no-training-texts": (
        lambda study: study.fetch.update(train_per_label=0),
        "params.yaml: fetch.train_per_label: Input should be greater than 0, found 0",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), BAD_INPUT.values(), ids=BAD_INPUT)
def test_bad_input_gets_one_line_and_writes_nothing(study, spoil, message):
    spoil(study)
    found = study.run()
    assert found is not None
    assert found.startswith("fetch_real: ")
    assert message in found
    assert "\n" not in found
    assert not (study.folder / "out").exists()
