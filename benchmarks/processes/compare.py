#!/usr/bin/env python3
"""Whole processes beside each other: CPU time and peak memory of two commands, run in turn.

    compare.py --rounds 15 --goal 0.25 'build/release/bin/first_call' 'node -e 0'

Prints the median, the lowest and the highest of each figure and of the ratio of each pair. With --goal the
exit status is 1 if the whole band of ratios lies above the goal; a noisy machine alone does not fail it.
A child begins as a copy of this interpreter, whose some 15 MiB are the least peak that it can show.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys


def run(command):
    """CPU seconds and peak KiB of one run of a command."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"compare: {' '.join(command)} ended with status {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def band(values, unit, digits):
    return (f"{statistics.median(values):.{digits}f} {unit} "
            f"({min(values):.{digits}f} to {max(values):.{digits}f})")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("ours")
    arguments.add_argument("other")
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--goal", type=float)
    given = arguments.parse_args()
    commands = [shlex.split(given.ours), shlex.split(given.other)]
    for command in commands:
        run(command)  # warm the caches
    rounds = [[run(command) for command in commands] for _ in range(given.rounds)]
    for i, command in enumerate(commands):
        print(f"{' '.join(command)}\n  CPU  {band([1e3 * r[i][0] for r in rounds], 'ms', 1)}"
              f"\n  peak {band([r[i][1] / 1024 for r in rounds], 'MiB', 1)}")
    ratios = [r[0][0] / r[1][0] for r in rounds if r[1][0] > 0]
    print(f"ratio of CPU {band(ratios, '', 3)}")
    if given.goal is not None:
        print(f"goal {given.goal}: {'held' if statistics.median(ratios) <= given.goal else 'missed'}")
        return 1 if min(ratios) > given.goal else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
