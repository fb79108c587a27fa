#!/usr/bin/env python3
"""Draws what `run` measured, as an SVG: the CPU time of a step of an agent as its run grows, and of a component of a
pipeline as the pipeline grows.

    benchmarks/peers/plot.py build/peers/results.json docs/peers.svg

Installs matplotlib into build/peers if it is not there.
"""

import json
import pathlib
import sys

import peers
from tables import LABELS

if (why := peers.install("plot")) is not None:
    sys.exit(f"plot: matplotlib cannot be installed: {why}")
sys.path.insert(0, str(peers.HOME / "plot" / "site"))

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "peers", "font.size": 9, "axes.spines.top": False,
                            "axes.spines.right": False})
import matplotlib.pyplot as plt

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
        x, middle, low, high = zip(*curves[name])
        color = colors[name]
        axes.plot(x, middle, marker="o", markersize=3, linewidth=2 if name in OURS else 1,
                  linestyle="-" if name in OURS else "--", color=color)
        axes.fill_between(x, low, high, color=color, alpha=0.15)
        place = max(middle[-1], place * 1.55)  # so that no word stands on another
        axes.annotate(LABELS[name].replace("`", ""), (x[-1], middle[-1]), (x[-1] * 1.12, place), va="center",
                      color=color)


def main(source, target):
    report = json.loads(pathlib.Path(source).read_text())
    colors = {name: f"C{number % 10}" for number, name in enumerate(LABELS)}
    panels = [("step", (5, 20, 100), lambda steps: steps + 1, "tool calls in one run", "CPU time of a step, µs"),
              ("chain", (10, 100, 1000), lambda nodes: nodes, "components of a chain", "CPU time of a component, µs")]
    figure, both = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    for axes, (work, sizes, parts, below, beside) in zip(both, panels):
        curves = {name: rows for name in LABELS if (rows := curve(report["results"], name, work, sizes, parts))}
        draw(axes, curves, colors)
        axes.set(xscale="log", yscale="log", xlabel=below, ylabel=beside,
                 xlim=(sizes[0] * 0.9, sizes[-1] * (sizes[-1] / sizes[0]) ** 0.5))
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
    figure.suptitle(f"{report['machine']['date']}, median and range of {report['rounds']} rounds; all axes logarithmic",
                    fontsize=9, x=0.01, ha="left")
    figure.savefig(target, metadata={"Date": None})
    # No blanks at the ends of lines.
    path = pathlib.Path(target)
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: plot.py RESULTS.json TARGET.svg")
    main(*sys.argv[1:])
