#!/usr/bin/env python3
"""Ratios that need no peer, each held below a bound that a regression of 2 times passes and noise does not.

    benchmarks/guard.py build/release/bin [--only step,flatness] [--bound step=2.5] [--rounds 7]

Both sides of a ratio are measured in turn, in CPU time; the median of the rounds counts. What lies beyond its bound
is measured once more and fails if it does so again. The last line of the output names all ratios and bounds.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

# name: (bound, what). Each bound lies between 1 and 2 times what was measured on 2026-11-26.
BOUNDS = {
    "step": (2.6, "a step of agent.run against the hand-written loop, 20 steps"),
    "flatness": (1.6, "a step of a run of 100 against a step of a run of 5"),
    "pipeline": (4.9, "a chain of 10 components against the naive runner"),
    "decode": (2.2, "reading a reply of 10 KB against boost::json::parse"),
    "encode": (0.008, "writing the requests of 100 steps with the memory of what was written against anew"),
    "startup": (0.14, "a process that calls one tool against one that does nothing in Python or, if there, Node"),
}
NODE_STARTUP = 0.08


class orders:
    """stook_peer, which takes orders and says their CPU time."""

    def __init__(self, bin):
        self.process = subprocess.Popen([bin / "stook_peer"], text=True, bufsize=1, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def time(self, work, size, runs):
        """CPU seconds of one run."""
        self.process.stdin.write(f"{work} {size} {runs}\n")
        line = self.process.stdout.readline()
        reply = json.loads(line) if line else {"error": "the program ended"}
        if "error" in reply:
            sys.exit(f"bench-guard: `{work} {size} {runs}` failed: {reply['error']}")
        return reply["cpu_seconds"] / runs

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def ratios_of(bin, rounds, ours, theirs):
    """One ratio a round; each side is (work, size, runs)."""
    asks = orders(bin)
    asks.time(*ours)  # the first makes ready
    asks.time(*theirs)
    found = [asks.time(*ours) / asks.time(*theirs) for _ in range(rounds)]
    asks.end()
    return found


def step(bin, rounds):
    return ratios_of(bin, rounds, ("step", 20, 1000), ("loop", 20, 1000))


def flatness(bin, rounds):
    return [6 / 101 * r for r in ratios_of(bin, rounds, ("step", 100, 200), ("step", 5, 3000))]


def pipeline(bin, rounds):
    return ratios_of(bin, rounds, ("chain", 10, 5000), ("naive", 10, 20000))


def model_ratios(bin, rounds, ours, theirs):
    """The ratio of two rows of bench_models, whose repetitions alternate at random."""
    done = subprocess.run([bin / "bench_models", f"--benchmark_filter=^({ours}|{theirs})$", "--benchmark_format=json",
                           f"--benchmark_repetitions={rounds}", "--benchmark_min_time=0.05",
                           "--benchmark_enable_random_interleaving=true"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench-guard: bench_models ended with status {done.returncode}: {done.stderr}")
    rows = [row for row in json.loads(done.stdout)["benchmarks"] if row["run_type"] == "iteration"]
    times = {name: [row["cpu_time"] for row in rows if row["name"].startswith(name)] for name in (ours, theirs)}
    for name, found in times.items():
        if len(found) != rounds:
            sys.exit(f"bench-guard: bench_models has {len(found)} rows of {name}, expected {rounds}")
    return [a / b for a, b in zip(times[ours], times[theirs])]


def decode(bin, rounds):
    return model_ratios(bin, rounds, "read/whole/10000", "read/bare_parse/10000")


def encode(bin, rounds):
    return model_ratios(bin, rounds, "write/remembered/openai/100", "write/anew/openai/100")


def process_time(command):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"bench-guard: {' '.join(map(str, command))} ended with status {status}")
    return used.ru_utime + used.ru_stime


def startup(bin, rounds):
    node = shutil.which("node")
    ours, theirs = [bin / "first_call"], [node, "-e", "0"] if node else [sys.executable, "-I", "-c", "pass"]
    process_time(ours), process_time(theirs)
    return [process_time(ours) / process_time(theirs) for _ in range(rounds)]


MEASURES = {"step": step, "flatness": flatness, "pipeline": pipeline, "decode": decode, "encode": encode,
            "startup": startup}


def read_bounds(given, has_node):
    bounds = {name: bound for name, (bound, _) in BOUNDS.items()}
    if has_node:
        bounds["startup"] = NODE_STARTUP
    for text in given:
        name, _, value = text.partition("=")
        try:
            bounds[name] = float(value) if name in BOUNDS else sys.exit(
                f"bench-guard: expected a bound of {', '.join(BOUNDS)}, got {name}")
        except ValueError:
            sys.exit(f"bench-guard: expected --bound {name}=NUMBER, got {text}")
    return bounds


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("bin", type=pathlib.Path, help="where the programs are")
    arguments.add_argument("--only", default=",".join(BOUNDS), help="ratios, by comma")
    arguments.add_argument("--bound", action="append", default=[], metavar="NAME=NUMBER")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--as-if", type=float, default=1, metavar="TIMES",
                           help="judge as if stook took so many times as long: 2 must be beyond every bound")
    given = arguments.parse_args()
    bounds = read_bounds(given.bound, shutil.which("node") is not None)
    said, beyond = [], []
    for name in given.only.split(","):
        if name not in BOUNDS:
            sys.exit(f"bench-guard: expected a ratio out of {', '.join(BOUNDS)}, got {name}")
        for _ in range(2):
            ratios = [given.as_if * r for r in MEASURES[name](given.bin, given.rounds)]
            ratio = statistics.median(ratios)
            if ratio <= bounds[name]:
                break
        else:
            beyond.append(name)
        mark = ">" if name in beyond else "<="
        print(f"{name:<9} {ratio:7.3g} ({min(ratios):.3g} to {max(ratios):.3g}), bound {bounds[name]:g}: "
              f"{BOUNDS[name][1]}", flush=True)
        said.append(f"{name} {ratio:.3g} {mark} {bounds[name]:g}")
    print(f"bench-guard: {'beyond: ' + ', '.join(beyond) + ' | ' if beyond else ''}" + ", ".join(said))
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
