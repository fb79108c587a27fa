#!/usr/bin/env python3
"""The tables of docs/performance.md and README.md, from the JSON that `run` wrote.

    benchmarks/peers/tables.py build/peers/results.json                                          # prints them
    benchmarks/peers/tables.py build/peers/results.json --into docs/performance.md README.md     # puts them there
    benchmarks/peers/tables.py docs/peers.json --check docs/performance.md README.md             # 1 unless they are
    benchmarks/peers/tables.py build/peers/results.json --goals                                  # what goals ask for
"""

import argparse
import json
import pathlib
import re
import sys

from figures import number

MARK = re.compile(r"(<!-- tables\.py: (\w+) -->\n)(.*?)(<!-- tables\.py ends -->\n)", re.DOTALL)

LABELS = {"stook": "stook", "stook-coroutine": "stook, `async_run`", "loop": "hand-written C++ loop",
          "haystack": "Haystack", "langgraph": "LangGraph", "openai-agents": "OpenAI Agents",
          "pydantic-ai": "Pydantic AI", "smolagents": "smolagents", "ai": "Vercel AI SDK",
          "langgraph-js": "LangGraph.js", "openai-agents-js": "OpenAI Agents, JS", "mastra": "Mastra",
          "pandas": "pandas", "duckdb": "pandas and DuckDB", "import-pandas": "`import pandas` alone"}
UNITS = ((1, "s", 1), (1e-3, "ms", 1e3), (0, "µs", 1e6))


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
    yield ("A process that calls one tool, from exec to the end; 1,000 agents of 4 tool calls at once, whose model "
           "sleeps 0.5 s in all:"), [
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
            f"{m['load'][0]:.1f} when it began, Python {m['python']} and Node {(m['node'] or 'none').lstrip('v')}: "
            f"{versions}.")
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
    intro = ("CPU time: stook's of a whole run, and the others' in units of it, the median of the rounds and, in brackets, "
             f"the lowest and highest, of {report['rounds']} rounds.")
    out = [wrapped(intro)]
    for words, columns in parts(results):
        if any(work in results for _, work, _ in columns):
            out += [wrapped(words), table(results, columns)]
    return "\n\n".join([*out, wrapped(circumstances(report))])


FIRST_ROWS = (  # label, work, figure, what one unit of it is, its text
    ("CPU of an agent's step, of 20", "step 20", "cpu_seconds", 21, seconds),
    ("CPU of a chain of 10 components", "chain 10", "cpu_seconds", 1, seconds),
    ("CPU from exec to the first tool call, and exit", "first 1", "cpu_seconds", 1, seconds),
    ("memory of each of 1,000 agents at once", "agents 1000", "kib_per_agent", 1, lambda kib: f"{number(kib)} KiB"),
    ("peak memory of a process that calls one tool", "first 1", "peak_kib", 1024, lambda mib: f"{number(mib)} MiB"))


def first(report):
    """The table of README.md."""
    shown = ("haystack", "ai", "langgraph-js")
    lines = ["| | stook | " + " | ".join(LABELS[name] for name in shown) + " |", "|---|---:|---:|---:|---:|"]
    for label, work, figure, parts_of_it, text in FIRST_ROWS:
        found = report["results"].get(work, {})
        cells = [text(found["stook"]["figures"][figure]["median"] / parts_of_it) if "stook" in found else ""]
        cells += [f"{number(found[name]['ratios'][figure]['median'])}×" if name in found else "" for name in shown]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    m = report["machine"]
    return "\n".join(lines) + "\n\n" + wrapped(
        f"Medians of {report['rounds']} rounds, {m['date']}, on {m['cores']} cores of a virtual machine with a load of "
        f"{m['load'][0]:.0f} when it began; load makes the ratios larger. A model takes a second or more for a "
        "step, beside which all of this vanishes for one user.")


def goals(report):
    """The figures that goals of docs/performance.md ask for, of what was measured."""
    results = report["results"]

    def median(work, name, figure="cpu_seconds"):
        return results[work][name]["figures"][figure]["median"]

    def slope(name, few, many):
        return (median(f"step {many}", name) - median(f"step {few}", name)) / (many - few)

    asked = [(f"G1b: a step of {name}, by the slope from 5 to 20, is this many of stook's (at least {least})",
              lambda name=name: slope(name, 5, 20) / slope("stook", 5, 20))
             for name, least in (("ai", 15), ("haystack", 50), ("langgraph-js", 140))]
    asked += [
        ("G2: slope from 20 to 100 by that from 5 to 20, without the wire (at most 1.2)",
         lambda: slope("stook", 20, 100) / slope("stook", 5, 20)),
        ("G3: wall time of the agents by 0.5 s (at most 1.05)",
         lambda: median("agents 1000", "stook", "wall_seconds") / 0.5),
        ("G3: KiB an agent (at most 10)", lambda: median("agents 1000", "stook", "kib_per_agent")),
        ("G4: the first call by that of ai (at most 0.05)",
         lambda: median("first 1", "stook") / median("first 1", "ai")),
        ("G13: the data path by `import pandas` (at most 0.083)",
         lambda: 1 / results["tutorial 1"]["import-pandas"]["ratios"]["cpu_seconds"]["median"]),
        ("G13: its peak, MiB (at most 16)", lambda: median("tutorial 1", "stook", "peak_kib") / 1024)]
    lines = []
    for words, value in asked:
        try:
            lines.append(f"{words}: {number(value())}")
        except KeyError:
            lines.append(f"{words}: not measured")
    return "\n".join(lines)


BLOCKS = {"sections": sections, "first": first}


def with_tables(path, report):
    """The page with its tables made anew between their marks."""
    text = path.read_text()
    found = [name for _, name, _, _ in MARK.findall(text)]
    if not found or set(found) - set(BLOCKS):
        sys.exit(f"tables: {path}: expected lines <!-- tables.py: NAME --> and <!-- tables.py ends --> with a name out "
                 f"of {', '.join(BLOCKS)}, got {found or 'none'}")
    return text, MARK.sub(lambda m: f"{m[1]}\n{BLOCKS[m[2]](report)}\n\n{m[4]}", text)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("report", type=pathlib.Path, help="JSON that `run` wrote")
    arguments.add_argument("--into", type=pathlib.Path, nargs="+", metavar="PAGE")
    arguments.add_argument("--check", type=pathlib.Path, nargs="+", metavar="PAGE")
    arguments.add_argument("--goals", action="store_true")
    given = arguments.parse_args()
    report = json.loads(given.report.read_text())
    for page in given.into or []:
        page.write_text(with_tables(page, report)[1])
    for page in given.check or []:
        there, wanted = with_tables(page, report)
        if there != wanted:
            sys.exit(f"tables: the tables in {page} are not those of {given.report}; "
                     f"benchmarks/peers/tables.py {given.report} --into {page} puts them there")
    if given.goals:
        print(goals(report))
    elif not given.into and not given.check:
        print(sections(report) + "\n\n" + first(report))


if __name__ == "__main__":
    main()
