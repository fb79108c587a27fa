"""The counts of `bench_scan` in DuckDB and in pandas: peer_scan.py duckdb|pandas FILE.

The rows are loaded before the clock runs, as stook's are. DuckDB: five queries, one thread, in memory. pandas: what a
notebook has, a slice by time and a group-by for each column, over columns of text as read_csv makes them; and, so that
nobody thinks that was all it can do, the same over categories.
"""

import json
import sys
import time

FROM, TO = "2026-01-15 14:52:00", "2026-01-15 17:16:00"
COLUMNS = {"kinds": "error_kind", "services": "service", "endpoints": "endpoint", "regions": "region"}
LEAST = 0.1


def cpu_of_one(work):
    """CPU seconds of one of as many as take LEAST; the first does not count."""
    answer = work()
    runs = 1
    while True:
        begin = time.process_time()
        for _ in range(runs):
            work()
        spent = time.process_time() - begin
        if spent >= LEAST:
            return spent / runs, answer
        runs *= 2


def with_duckdb(file):
    import duckdb

    db = duckdb.connect(":memory:")
    db.execute("SET threads = 1")
    db.execute("SET TimeZone = 'UTC'")
    db.execute(f"CREATE TABLE logs AS SELECT * FROM read_csv('{file}', header = true, "
               "types = {'ts': 'TIMESTAMP', 'latency_ms': 'DOUBLE'})")
    inside = f"ts >= TIMESTAMP '{FROM}' AND ts < TIMESTAMP '{TO}'"

    def count():
        answer = {}
        for name, column in COLUMNS.items():
            answer[name] = dict(db.execute(
                f"SELECT {column}, count(*) AS n FROM logs WHERE {inside} AND {column} <> '' "
                "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10").fetchall())
        answer["lines"], answer["p95_ms"] = db.execute(
            f"SELECT count(*), quantile_disc(latency_ms, 0.95) FROM logs WHERE {inside}").fetchone()
        return answer

    return count


def with_pandas(file, as_categories=False):
    import numpy
    import pandas

    logs = pandas.read_csv(file)
    logs["ts"] = pandas.to_datetime(logs["ts"], format="ISO8601", utc=True)
    if as_categories:
        for column in COLUMNS.values():
            logs[column] = logs[column].astype("category")
    begin, end = pandas.Timestamp(FROM, tz="UTC"), pandas.Timestamp(TO, tz="UTC")

    def count():
        part = logs[(logs["ts"] >= begin) & (logs["ts"] < end)]
        answer = {}
        for name, column in COLUMNS.items():
            counts = part.groupby(column, observed=True).size().sort_values(ascending=False).head(10)
            answer[name] = {value: int(n) for value, n in counts.items()}
        answer["lines"] = len(part)
        answer["p95_ms"] = float(numpy.quantile(part["latency_ms"], 0.95, method="inverted_cdf"))
        return answer

    return count


def main():
    who, file = sys.argv[1:]
    made = {"duckdb": with_duckdb, "pandas": with_pandas,
            "pandas-categories": lambda file: with_pandas(file, True)}[who](file)
    took, answer = cpu_of_one(made)
    print(json.dumps({"figure": "counts of the window", "cpu_seconds": took, "answer": answer}))


if __name__ == "__main__":
    main()
