"""The loading of `bench_rows load` in DuckDB and in pandas: peer_load.py duckdb|pandas FILE.

DuckDB: read_csv with the columns' types given, which is faster than letting it guess, one thread, in memory. pandas:
read_csv with parse_dates and its C engine, the columns' types left to it.
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

from peak import peak_kib  # noqa: E402

KINDS = {"latency_ms": "DOUBLE", "ts": "TIMESTAMP"}


def with_duckdb(file):
    import duckdb

    db = duckdb.connect(":memory:")
    db.execute("SET threads = 1")
    with open(file, encoding="utf-8") as header:
        names = header.readline().strip().split(",")
    columns = ", ".join(f"'{name}': '{KINDS.get(name, 'VARCHAR')}'" for name in names)
    begin = time.process_time()
    db.execute(f"CREATE TABLE logs AS SELECT * FROM read_csv('{file}', header = true, columns = {{{columns}}})")
    took = time.process_time() - begin
    rows, micros, tenths, size = db.execute(
        "SELECT count(*), sum(epoch_us(ts) % 1000000000), sum(CAST(round(latency_ms * 10) AS BIGINT)), "
        "sum(length(message)) FROM logs").fetchone()
    kinds = dict(db.execute("SELECT coalesce(error_kind, ''), count(*) FROM logs GROUP BY 1 ORDER BY 1").fetchall())
    return took, {"rows": rows, "micros": micros, "tenths": tenths, "message_bytes": size}, kinds


def with_pandas(file):
    import pandas

    begin = time.process_time()
    logs = pandas.read_csv(file, parse_dates=["ts"])
    took = time.process_time() - begin
    micros = logs["ts"].astype("datetime64[us, UTC]").astype("int64") % 1_000_000_000
    sums = {"rows": len(logs), "micros": int(micros.sum()),
            "tenths": int((logs["latency_ms"] * 10).round().astype("int64").sum()),
            "message_bytes": int(logs["message"].str.len().sum())}
    counts = logs["error_kind"].fillna("").value_counts()
    return took, sums, {kind: int(n) for kind, n in sorted(counts.items())}


def main():
    took, sums, kinds = {"duckdb": with_duckdb, "pandas": with_pandas}[sys.argv[1]](sys.argv[2])
    print(json.dumps({"figure": "load", "cpu_seconds": took,
                      "peak_kib": peak_kib(),
                      "answer": {"sums": {k: int(v) for k, v in sums.items()}, "kinds": kinds}}))


if __name__ == "__main__":
    main()
