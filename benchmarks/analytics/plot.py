#!/usr/bin/env python3
"""Draws how the works of `run` grow with their rows, as an SVG: CPU time of a row, by participant.

    benchmarks/analytics/plot.py build/analytics/results.json docs/rows.svg
"""

import json
import math
import pathlib
import sys

import works  # noqa: F401: finds the modules of the peers

import charts

PANELS = {  # work and figure: title, what a row is
    ("load", "load"): ("CSV to a table", "row"),
    ("scan", "counts of the window"): ("counts of a window", "row"),
    ("mine", "mine"): ("templates alone", "message"),
    ("path", "path"): ("CSV to the ranked scan", "row"),
    ("sql", "all five"): ("five questions in SQL", "row"),
    ("detection", "detection"): ("detection, three metrics", "sample"),
}


def curves(report, work, figure):
    """By participant, for each size (rows, median, lowest, highest) in ns a row."""
    found = {}
    for result in report["results"]:
        if result["work"] != work:
            continue
        by_name = result["figures"].get(figure) or next(iter(result["figures"].values()))
        for name, got in by_name.items():
            cpu = got["cpu_seconds"]
            found.setdefault(name, []).append(
                (result["rows"], *(cpu[key] * 1e9 / result["rows"] for key in ("median", "lowest", "highest"))))
    return found


def decades(found):
    """The powers of ten around all there is to draw."""
    rows = [row for rows in found.values() for row in rows]
    return (10 ** math.floor(math.log10(min(row[2] for row in rows))),
            10 ** math.ceil(math.log10(max(row[3] for row in rows))))


def draw(axes, found):
    low, high = decades(found)
    apart = (high / low) ** (1 / 13)  # so that no word stands on another
    place = 0
    for number, name in enumerate(sorted(found, key=lambda name: found[name][-1][1])):
        ours = name in ("stook", "sql_investigate")
        color = "C0" if ours else f"C{number + 1}"
        x, y = charts.curve(axes, found[name], color, ours)
        place = max(y, place * apart)
        axes.annotate(name, (x, y), (x * 1.25, place), va="center", color=color)
    axes.set(xscale="log", yscale="log", ylim=(low, high * apart))


def main(source, target):
    report = json.loads(pathlib.Path(source).read_text())
    figure, panels = charts.plt.subplots(2, 3, figsize=(11, 6.4), layout="constrained")
    for axes, ((work, name), (title, of)) in zip(panels.flat, PANELS.items()):
        found = curves(report, work, name)
        if not found:
            sys.exit(f"plot: {source} has no work '{work}'; run it first")
        draw(axes, found)
        sizes = [row[0] for row in next(iter(found.values()))]
        axes.set(title=title, xlabel=f"{of}s", ylabel=f"CPU time of a {of}, ns",
                 xlim=(sizes[0] * 0.8, sizes[-1] * (sizes[-1] / sizes[0]) ** 0.75))
        told = {*sizes[::2], sizes[-1]}
        axes.set_xticks(sizes, [f"{size:,}" if size in told else "" for size in sizes])
        axes.minorticks_off()
    charts.save(figure, report, target)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: plot.py RESULTS.json TARGET.svg")
    main(*sys.argv[1:])
