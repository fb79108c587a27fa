"""Works of `run`: what the lines of a tenth of the day are, five questions in SQL, detection, z-scores, and text.

`text` needs ripgrep, which Debian and Ubuntu have as a package: apt-get install ripgrep. Its file is a GiB.
"""

import shutil
import sys

import works

LITERALS = ("UpstreamTimeout", "DBConnPoolExhausted", "CacheMissStorm", "DeadlockDetected", "CircuitBreakOpen",
            "ConnectionReset", "TlsHandshakeFail", "QueueOverflow")
GIB_OF_LINES = 9_697_401  # what `log_text make` writes into a GiB


def peer(script, who):
    return lambda file: works.python(who.split("-")[0], works.HERE / script, who, file)


def ours(program, *arguments):
    return lambda file: [works.BIN / program, *arguments, file]


def made_text():
    file = works.written_once("text.log", lambda part: [works.BIN / "log_text", "make", part, 1 << 30])
    with open(file, "rb", buffering=0) as text:  # into the page cache
        while text.read(1 << 24):
            pass
    return file


def made_series(rows):
    return works.written_once(f"series-{rows}.f64",
                              lambda part: [works.BIN / "bench_z_score", "write", rows, part])


def whole(*command):
    return [sys.executable, "-B", works.HERE / "whole_process.py", "8 literals", *command]


def log_text(how):
    return lambda file: whole(works.BIN / "log_text", how, file, *LITERALS)


def ripgrep(*options):
    patterns = [word for literal in LITERALS for word in ("-e", literal)]
    return lambda file: whole("rg", "-j1", "-c", *options, *patterns, file)


TEXT = {"stook, any case": log_text("stook"), "RE2": log_text("re2"), "memmem": log_text("memmem")}
if shutil.which("rg"):
    TEXT |= {"ripgrep -j1": ripgrep("-F"), "ripgrep -j1 --no-mmap": ripgrep("-F", "--no-mmap"),
             "ripgrep -j1 -i": ripgrep("-F", "-i")}

WORKS = [
    works.work("scan", "a tenth of the day", works.files("whole", 10_000, 100_000, 1_000_000),
               {"stook": ours("bench_scan"), "DuckDB, 1 thread": peer("peer_scan.py", "duckdb"),
                "pandas": peer("peer_scan.py", "pandas"), "pandas, categories": peer("peer_scan.py", "pandas-categories")}),
    works.work("sql", "five questions", works.files("whole", 10_000, 1_000_000),
               {"sql_investigate": ours("bench_queries", "stook"), "bare sqlite3_step": ours("bench_queries", "step"),
                "DuckDB, 1 thread": peer("peer_sql.py", "duckdb")}),
    works.work("detection", "three metrics, a sample a minute",
               {1_440 * days: lambda days=days: str(days) for days in (1, 3, 7, 14, 30)},
               {"stook": ours("bench_detection")}),
    works.work("z-score", "a trailing z-score", {200_000: lambda: made_series(200_000)},
               {"stook": ours("bench_z_score", "stook"), "bare rolling sums": ours("bench_z_score", "rolling"),
                "pandas, rolling": lambda file: works.python("pandas", works.HERE / "peer_z_score.py", "pandas", file),
                "the notebook's loop over numpy (pandas)":
                    lambda file: works.python("pandas", works.HERE / "peer_z_score.py", "numpy", file)}),
    works.work("text", "lines with one of 8 literals, 1 GiB", {GIB_OF_LINES: made_text}, TEXT),
]
