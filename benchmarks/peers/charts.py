"""What the charts of the benchmarks share. Installs matplotlib into build/peers if it is not there."""

import pathlib
import sys

import peers

if (why := peers.install("plot")) is not None:
    sys.exit(f"plot: matplotlib cannot be installed: {why}")
sys.path.insert(0, str(peers.HOME / "plot" / "site"))

import matplotlib  # noqa: E402

matplotlib.use("svg")
matplotlib.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})

import matplotlib.pyplot as plt  # noqa: E402, F401: for the charts


def curve(axes, rows, color, ours):
    """Rows of (x, median, lowest, highest): a line in a band, ours thick. Returns where it ends."""
    x, middle, lowest, highest = zip(*rows)
    axes.plot(x, middle, marker="o", markersize=3, linewidth=2 if ours else 1, linestyle="-" if ours else "--", color=color)
    axes.fill_between(x, lowest, highest, color=color, alpha=0.15)
    return x[-1], middle[-1]


def save(figure, report, target):
    """With the day and the rounds above it. The same figures give the same bytes, without blanks at the ends of lines."""
    figure.suptitle(f"{report['machine']['date']}, median and range of {report['rounds']} rounds; all axes logarithmic",
                    fontsize=9, x=0.01, ha="left")
    path = pathlib.Path(target)
    with matplotlib.rc_context({"svg.hashsalt": path.stem}):
        figure.savefig(path, metadata={"Date": None})
    path.write_text("\n".join(line.rstrip() for line in path.read_text().splitlines()) + "\n")
