"""Works of `run`: what the lines of a tenth of the day are, and five questions in SQL."""

import works

PEER = works.HERE / "peer_scan.py"
SQL_PEER = works.HERE / "peer_sql.py"


def peer(script, who):
    return lambda file: works.python(who.split("-")[0], script, who, file)


WORKS = [
    works.work("scan", "a tenth of the day", works.files("whole", 10_000, 100_000, 1_000_000),
               {"stook": lambda file: [works.BIN / "bench_scan", file], "DuckDB, 1 thread": peer(PEER, "duckdb"),
                "pandas": peer(PEER, "pandas"), "pandas, categories": peer(PEER, "pandas-categories")}),
]
