"""The five questions of queries.cpp in DuckDB: peer_sql.py duckdb FILE. One thread, in memory, rows loaded before."""

import json
import sys

import duckdb

from peer_scan import cpu_of_one

INSIDE = "ts >= TIMESTAMP '2026-01-15 14:52:00' AND ts < TIMESTAMP '2026-01-15 17:16:00'"
QUESTIONS = {
    "service and kind in the window":
        f"SELECT service, error_kind, count(*) AS n FROM logs WHERE {INSIDE} AND error_kind <> '' "
        "GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 40",
    "worst minutes of the day":
        "SELECT strftime(minute, '%Y-%m-%dT%H:%M'), n FROM (SELECT date_trunc('minute', ts) AS minute, count(*) AS n "
        "FROM logs WHERE level = 'ERROR' GROUP BY 1 ORDER BY n DESC, 1 LIMIT 40) ORDER BY n DESC, 1",
    "p95 by service in the window":
        f"SELECT service, quantile_cont(latency_ms, 0.95) FROM logs WHERE {INSIDE} GROUP BY 1 ORDER BY 1",
    "users with most errors":
        "SELECT user_id, count(*) AS n, count(DISTINCT trace_id) FROM logs WHERE level = 'ERROR' "
        "GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10",
    "inside against outside":
        f"SELECT CASE WHEN {INSIDE} THEN 'inside' ELSE 'outside' END AS part, count(*), "
        "count(*) FILTER (level = 'ERROR') * 1.0 / count(*), count(*) FILTER (message LIKE '%timed out%') FROM logs "
        "GROUP BY 1 ORDER BY 1",
}


def text_of(value):
    if isinstance(value, float):
        return f"{value:.9g}"
    return "" if value is None else str(value)


def main():
    db = duckdb.connect(":memory:")
    db.execute("SET threads = 1")
    db.execute("SET TimeZone = 'UTC'")
    db.execute(f"CREATE TABLE logs AS SELECT * FROM read_csv('{sys.argv[2]}', header = true, "
               "types = {'ts': 'TIMESTAMP', 'latency_ms': 'DOUBLE'})")
    total = 0
    for name, sql in QUESTIONS.items():
        took, rows = cpu_of_one(lambda sql=sql: db.execute(sql).fetchall())
        total += took
        answer = ["|".join(text_of(cell) for cell in row) for row in rows]
        print(json.dumps({"figure": name, "cpu_seconds": took, "answer": answer}))
    print(json.dumps({"figure": "all five", "cpu_seconds": total, "answer": "the sum"}))


if __name__ == "__main__":
    main()
