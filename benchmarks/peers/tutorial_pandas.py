"""The data path of the tutorial in pandas, as a whole process: load, detect, scan one window, two questions, JSON.

    tutorial_pandas.py DAY FROM TO pandas|duckdb

Who answers the questions is the last word: pandas itself, by `groupby` and `agg`, or DuckDB on the data frames, which
is how the tutorial's notebook has it. Memory and time include the imports, as they do for everybody who runs it.
"""

import json
import sys

import pandas as pd

import notebook
from peak import peak_kib


def ask_pandas(tables, begin, end):
    kinds = (notebook.within(tables["logs"], begin, end).groupby(["service", "error_kind"]).size().rename("n")
             .reset_index().sort_values(["n", "service", "error_kind"], ascending=[False, True, True]))
    metrics = notebook.within(tables["metrics"], begin, end)
    means = metrics[["p95_ms", "error_rate"]].agg(["mean", "max"])
    return [[list(row) for row in kinds.itertuples(index=False)],
            [[len(metrics), means.at["mean", "p95_ms"], means.at["max", "p95_ms"], means.at["mean", "error_rate"],
              means.at["max", "error_rate"]]]]


def ask_duckdb(tables, begin, end):
    import duckdb

    con = duckdb.connect()
    for name, table in tables.items():
        con.register(name, table)
    within = f"WHERE ts >= '{begin.isoformat()}' AND ts < '{end.isoformat()}'"
    questions = (  # as in tutorial.cpp
        f"SELECT service, error_kind, count(*) AS n FROM logs {within} AND error_kind IS NOT NULL "
        "GROUP BY service, error_kind ORDER BY n DESC, service, error_kind",
        "SELECT count(*) AS samples, avg(p95_ms) AS p95_mean, max(p95_ms) AS p95_max, avg(error_rate) AS errors_mean, "
        f"max(error_rate) AS errors_max FROM metrics {within}")
    return [[list(row) for row in con.execute(question).fetchall()] for question in questions]


def main(day, begin, end, engine):
    begin, end = pd.Timestamp(begin), pd.Timestamp(end)
    tables = notebook.load(day, "metrics", "logs")
    window = notebook.detect(tables["metrics"])
    answers = {
        "metric_rows": len(tables["metrics"]),
        "log_rows": len(tables["logs"]),
        "window": window and [at.isoformat() for at in window],
        "scan": notebook.scan(tables["logs"], begin, end),
        "queries": {"pandas": ask_pandas, "duckdb": ask_duckdb}[engine](tables, begin, end),
    }
    print(json.dumps(answers | {"peak_kib": peak_kib()}, default=lambda number: number.item()))


main(*sys.argv[1:])
