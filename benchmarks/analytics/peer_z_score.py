"""The trailing z-scores of `bench_z_score` by the notebook's loop over numpy slices, or by pandas' rolling windows:
peer_z_score.py numpy|pandas FILE."""

import json
import sys
import time

import numpy

WINDOW, THRESHOLD = 75, 3.2
NAMES = ("noise", "constant stretches", "upon 1e9")


def by_loop(values):
    flagged = []
    for i in range(WINDOW, len(values)):
        before = values[i - WINDOW:i]
        z = (values[i] - before.mean()) / (before.std() + 1e-9)
        if abs(z) >= THRESHOLD:
            flagged.append(i)
    return flagged


def by_rolling(values):
    import pandas

    series = pandas.Series(values)
    trailing = series.rolling(WINDOW)
    z = (series - trailing.mean().shift()) / (trailing.std(ddof=0).shift() + 1e-9)
    return numpy.flatnonzero(z.abs() >= THRESHOLD).tolist()


def main():
    who, file = sys.argv[1:]
    flags = {"numpy": by_loop, "pandas": by_rolling}[who]
    flags(numpy.arange(2.0 * WINDOW))  # imports and caches are not counted
    for name, values in zip(NAMES, numpy.fromfile(file).reshape(len(NAMES), -1)):
        begin = time.process_time()
        found = flags(values)
        took = time.process_time() - begin
        print(json.dumps({"figure": name, "cpu_seconds": took, "answer": [len(found), sum(found)]}))


if __name__ == "__main__":
    main()
