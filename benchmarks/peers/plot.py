#!/usr/bin/env python3
"""Draws what `run` measured, as an SVG: the CPU time of a step of an agent as its run grows, and of a component of a
pipeline as the pipeline grows.

    benchmarks/peers/plot.py build/peers/results.json docs/peers.svg
"""

import json
import pathlib
import sys

import charts
from tables import LABELS

OURS = ("stook", "stook-coroutine", "loop")


def curve(results, name, work, sizes, parts):
    """For each size (size, median, lowest, highest) in µs for one of the `parts(size)` of a run."""
    rows = []
    for size in sizes:
        of = results.get(f"{work} {size}", {}).get(name)
        if of:
            cpu = of["figures"]["cpu_seconds"]
            rows.append((size, *(cpu[key] * 1e6 / parts(size) for key in ("median", "lowest", "highest"))))
    return rows


def draw(axes, curves, colors):
    place = 0
    for name in sorted(curves, key=lambda name: curves[name][-1][1]):
        color = colors[name]
        x, y = charts.curve(axes, curves[name], color, name in OURS)
        place = max(y, place * 1.55)  # so that no word stands on another
        axes.annotate(LABELS[name].replace("`", ""), (x, y), (x * 1.12, place), va="center", color=color)


def main(source, target):
    report = json.loads(pathlib.Path(source).read_text())
    colors = {name: f"C{number % 10}" for number, name in enumerate(LABELS)}
    panels = [("step", (5, 20, 100), lambda steps: steps + 1, "tool calls in one run", "CPU time of a step, µs"),
              ("chain", (10, 100, 1000), lambda nodes: nodes, "components of a chain", "CPU time of a component, µs")]
    figure, both = charts.plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    for axes, (work, sizes, parts, below, beside) in zip(both, panels):
        curves = {name: rows for name in LABELS if (rows := curve(report["results"], name, work, sizes, parts))}
        draw(axes, curves, colors)
        axes.set(xscale="log", yscale="log", xlabel=below, ylabel=beside,
                 xlim=(sizes[0] * 0.9, sizes[-1] * (sizes[-1] / sizes[0]) ** 0.5))
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
    charts.save(figure, report, target)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: plot.py RESULTS.json TARGET.svg")
    main(*sys.argv[1:])
