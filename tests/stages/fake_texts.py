"""What the report tells of texts, beside what `fake_study` writes: dropped ones, maps, pairs."""

import pandas as pd

from synthgap.floor import tables
from synthgap.floor.plan import REAL
from synthgap.tell.page import neighbours
from synthgap.tell.plot_data import BinPoint, CurvePoint, MapPoint


def write(folder, plan, labels):
    """Write it for the plan's tasks; nobody voted, and the texts were written beforehand."""
    synthetic = [source for source in plan["sources"] if source != REAL]
    for task in plan["tasks"]:
        for source in plan["sources"]:
            path = folder / f"data/dropped/{task}/{source}.jsonl"
            tables.write_texts(dropped(task, labels), path, tables.DROPPED)
        for source in synthetic:
            metrics = {"backend": "corpus", "attempts": 8, "kept": {}, "dropped": {}}
            tables.write_metrics(metrics, folder / f"metrics/generate/{task}/{source}.json")
        tables.write_csv([], CurvePoint._fields, folder / f"plots/agreement/{task}.csv")
        tables.write_csv([], BinPoint._fields, folder / f"plots/bins/{task}.csv")
        points = [
            (task, source, label, 0.1 * i, 0.2 * j)
            for i, source in enumerate(plan["sources"])
            for j, label in enumerate(labels[task])
        ]
        tables.write_csv(points, MapPoint._fields, folder / f"plots/map/{task}.csv")
        path = folder / f"data/neighbours/{task}.parquet"
        tables.write_numbers(pairs(synthetic, labels[task][0]), path, neighbours.PAIRS)


def dropped(task, labels):
    row = {"id": "d-1", "text": "too much of it", "label": labels[task][0], "reason": "repeat"}
    return pd.DataFrame([row], dtype=object)


def pairs(sources, label):
    """Return one pair of each source and kind."""
    rows = [
        (source, kind, 1, 1, 0.5, "s-1", label, f"{kind} synthetic", "r-1", label, f"{kind} real")
        for source in sources
        for kind in neighbours.KINDS
    ]
    return pd.DataFrame(rows, columns=neighbours.PAIRS.names, dtype=object)
