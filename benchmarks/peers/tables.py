#!/usr/bin/env python3
"""The tables of docs/performance.md, from the JSON that `run` wrote.

    benchmarks/peers/tables.py build/peers/results.json                                # prints them
    benchmarks/peers/tables.py build/peers/results.json --into docs/performance.md     # puts them where they belong
    benchmarks/peers/tables.py docs/peers.json --check docs/performance.md             # 1 unless they are there
"""

import argparse
import json
import pathlib
import sys

BEGIN = "<!-- by benchmarks/peers/tables.py, from here -->\n"
END = "<!-- to here -->\n"

LABELS = {"stook": "stook", "stook-coroutine": "stook, `async_run`", "loop": "hand-written C++ loop",
          "haystack": "Haystack", "langgraph": "LangGraph", "openai-agents": "OpenAI Agents",
          "pydantic-ai": "Pydantic AI", "smolagents": "smolagents", "ai": "Vercel AI SDK",
          "langgraph-js": "LangGraph.js", "openai-agents-js": "OpenAI Agents, JS", "mastra": "Mastra",
          "pandas": "pandas", "duckdb": "pandas and DuckDB", "import-pandas": "`import pandas` alone"}
UNITS = ((1, "s", 1), (1e-3, "ms", 1e3), (0, "µs", 1e6))


def number(value):
    """Three digits that count, and no exponent."""
    return f"{value:.3g}" if abs(value) < 100 else f"{float(f'{value:.3g}'):,.0f}"


def seconds(value):
    _, unit, scale = next(u for u in UNITS if value >= u[0])
    return f"{number(value * scale)} {unit}"


def cpu_cell(of):
    """stook's own CPU time; of the others the ratio to it, with the lowest and highest in brackets."""
    ratio = of["ratios"].get("cpu_seconds")
    if ratio is None or ratio["lowest"] == ratio["highest"] == 1:
        return seconds(of["figures"]["cpu_seconds"]["median"])
    ends = " to ".join(number(ratio[end]) for end in ("lowest", "highest"))
    return f"**{number(ratio['median'])}×** ({ends})"


def figure_cell(figure, scale):
    return lambda of: number(of["figures"][figure]["median"] / scale)


def table(results, columns):
    """A row for each participant; a column is (heading, work, what makes a cell)."""
    columns = [column for column in columns if column[1] in results]
    lines = ["| | " + " | ".join(heading for heading, _, _ in columns) + " |", "|---|" + "---:|" * len(columns)]
    for name, label in LABELS.items():
        cells = [make(results[work][name]) if name in results[work] else "" for _, work, make in columns]
        if any(cells):
            lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def parts(results):
    """Introductions and tables of what there is."""
    mib = figure_cell("peak_kib", 1024)
    yield "An agent, by the tool calls of one run:", [(f"{n}", f"step {n}", cpu_cell) for n in (5, 20, 100)]
    yield "A chain of components, by its length:", [(f"{n:,}", f"chain {n}", cpu_cell) for n in (10, 100, 1000)]
    yield ("A process that calls one tool, from exec to the end; 1,000 agents of 4 tool calls at once, whose model sleeps "
           "0.5 s in all:"), [
        ("process", "first 1", cpu_cell), ("its peak, MiB", "first 1", mib), ("1,000 agents", "agents 1000", cpu_cell),
        ("their wall time, s", "agents 1000", figure_cell("wall_seconds", 1)),
        ("KiB an agent", "agents 1000", figure_cell("kib_per_agent", 1))]
    yield "The tutorial's data path, as a process:", [
        ("CPU time", "tutorial 1", cpu_cell), ("peak, MiB", "tutorial 1", mib)]
    yield "The whole investigation by three agents, in a process that goes on and from exec to the end:", [
        ("CPU time", "oncall 1", cpu_cell), ("as a process", "oncall-process 1", cpu_cell),
        ("its peak, MiB", "oncall-process 1", mib)]


def circumstances(report):
    m = report["machine"]
    versions = ", ".join(package for packages in report["versions"].values() for package in packages
                         if not package.startswith("zod@"))
    text = (f"Measured on {m['date']} on {m['cores']} cores of a virtual machine ({m['cpu']}) with a load of "
            f"{m['load'][0]:.1f} when it began, Python {m['python']} and Node {(m['node'] or 'none').lstrip('v')}: {versions}.")
    left = "; ".join(f"{name} ({why})" for name, why in report["left_out"].items())
    return f"{text} Left out: {left}." if left else text


def wrapped(text, width=119):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def sections(report):
    """What docs/performance.md has between the marks."""
    results = report["results"]
    intro = (f"CPU time: stook's of a whole run, and the others' in units of it, the median of {report['rounds']} rounds "
             f"and, in brackets, the lowest and highest; of {report.get('long_rounds', report['rounds'])} rounds for the "
             "1,000 agents and the chain of 1,000.")
    out = [wrapped(intro)]
    for words, columns in parts(results):
        if any(work in results for _, work, _ in columns):
            out += [wrapped(words), table(results, columns)]
    return "\n\n".join([*out, wrapped(circumstances(report))])


def between_marks(path):
    """The text before, between and after the marks of a page."""
    text = path.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        sys.exit(f"tables: {path}: expected the lines {BEGIN.strip()} and {END.strip()} once each")
    before, rest = text.split(BEGIN)
    inside, after = rest.split(END)
    return before, inside, after


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("report", type=pathlib.Path, help="JSON that `run` wrote")
    arguments.add_argument("--into", type=pathlib.Path, metavar="PAGE")
    arguments.add_argument("--check", type=pathlib.Path, metavar="PAGE")
    given = arguments.parse_args()
    made = f"\n{sections(json.loads(given.report.read_text()))}\n\n"
    if given.into:
        before, _, after = between_marks(given.into)
        given.into.write_text(before + BEGIN + made + END + after)
    elif given.check:
        if between_marks(given.check)[1] != made:
            sys.exit(f"tables: the tables in {given.check} are not those of {given.report}; "
                     f"benchmarks/peers/tables.py {given.report} --into {given.check} puts them there")
    else:
        print(made.strip())


if __name__ == "__main__":
    main()
