"""Works of `run`: rows from CSV into a table, mining of templates, and the way from CSV to a ranked scan."""


import works

PEER = works.HERE / "peer_load.py"


def rows(order):
    return lambda file: [works.BIN / "bench_rows", order, file]


def peer(name):
    return lambda file: works.python(name, PEER, name, file)


LOAD = {"stook": rows("load"), "stook, with SHA-256": rows("load_digest"), "bare loop": rows("bare"), "bare loop, the same table": rows("bare_indexed"),
        "DuckDB, 1 thread": peer("duckdb"), "pandas": peer("pandas")}

WORKS = [
    works.work("load", "CSV to a table", works.files("whole", 10_000, 100_000, 1_000_000), LOAD),
    works.work("load narrow", "CSV of 7 columns to a table", works.files("narrow", 1_000_000), LOAD),
    works.work("mine", "templates alone", works.files("whole", 10_000, 100_000, 1_000_000), {"stook": rows("mine")}),
    works.work("path", "CSV to the ranked scan, SQLite included", works.files("whole", 10_000, 100_000, 1_000_000),
               {"stook": rows("path")}),
]
