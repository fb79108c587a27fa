#!/usr/bin/env python3
"""Draws what `run` measured: the CPU time of a step of an agent as it grows with the run, as an SVG.

    benchmarks/peers/plot.py build/peers/results.json docs/peers.svg

Installs matplotlib into build/peers if it is not there.
"""

import json
import pathlib
import runpy
import sys

import peers

if (why := peers.install("plot")) is not None:
    sys.exit(f"plot: matplotlib cannot be installed: {why}")
sys.path.insert(0, str(peers.HOME / "plot" / "site"))

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.hashsalt": "peers", "font.size": 9, "axes.spines.top": False,
                            "axes.spines.right": False})
import matplotlib.pyplot as plt

LABELS = runpy.run_path(str(peers.HERE / "run"))["LABELS"]
STEPS = (5, 20, 100)
OURS = ("stook", "stook-coroutine", "loop")


def per_step(results, name):
    """For each length of a run (steps, median, lowest, highest) in µs for a step."""
    rows = []
    for steps in STEPS:
        of = results.get(f"step {steps}", {}).get(name)
        if of:
            cpu = of["figures"]["cpu_seconds"]
            rows.append((steps, *(cpu[key] * 1e6 / (steps + 1) for key in ("median", "lowest", "highest"))))
    return rows


def main(source, target):
    report = json.loads(pathlib.Path(source).read_text())
    figure, axes = plt.subplots(figsize=(8, 4.6), layout="constrained")
    curves = {name: rows for name in LABELS if (rows := per_step(report["results"], name))}
    ends = sorted(curves, key=lambda name: curves[name][-1][1])
    place = 0
    for name in ends:
        x, middle, low, high = zip(*curves[name])
        line, = axes.plot(x, middle, marker="o", markersize=3, linewidth=2 if name in OURS else 1,
                          linestyle="-" if name in OURS else "--")
        axes.fill_between(x, low, high, color=line.get_color(), alpha=0.15)
        place = max(middle[-1], place * 1.42)  # so that no word stands on another
        axes.annotate(LABELS[name].replace("`", ""), (x[-1], middle[-1]), (x[-1] * 1.08, place), va="center",
                      color=line.get_color())
    axes.set(xscale="log", yscale="log", xlabel="tool calls in one run", ylabel="CPU time of a step, µs", xlim=(4.5, 320))
    axes.set_xticks(STEPS, [str(s) for s in STEPS])
    axes.minorticks_off()
    axes.set_title(f"{report['machine']['date']}, median and range of {report['rounds']} rounds; both axes logarithmic",
                   fontsize=9, loc="left")
    figure.savefig(target, metadata={"Date": None})
    # No blanks at the ends of lines.
    path = pathlib.Path(target)
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: plot.py RESULTS.json TARGET.svg")
    main(*sys.argv[1:])
