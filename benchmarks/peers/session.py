"""Asks each participant in turn for the same work, and keeps what it took."""

import json
import os
import select
import subprocess
import sys
import threading
import time

import answers
import participants
from figures import spread
from participants import OURS, WHOLE

AGENT_STEPS = 4
LIMIT = 300  # seconds of wall time for one answer


class failed(Exception):
    pass


def begin(how, **options):
    try:
        return subprocess.Popen(**how.options(), **options)
    except OSError as why:
        raise failed(f"cannot be started: {why}") from None


def whole(how):
    """Runs a process to its end: what it took, and what it said, which is a line of JSON with its peak."""
    process = begin(how, stdin=subprocess.DEVNULL)
    clock = threading.Timer(LIMIT, process.kill)
    clock.start()
    said = process.stdout.read()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    clock.cancel()
    process.returncode = status
    found = [line for line in said.splitlines() if line.startswith("{")]
    if status != 0 or not found:
        raise failed(f"its process ended with status {status}")
    reply = json.loads(found[-1])
    return {"cpu_seconds": used.ru_utime + used.ru_stime, "peak_kib": reply.pop("peak_kib")}, reply


class worker:
    """A process that takes orders; started when it is first asked."""

    def __init__(self, how):
        self.how = how
        self.process = None

    def ask(self, order):
        if self.process is None:
            self.process = begin(self.how, bufsize=1, stdin=subprocess.PIPE)
        try:
            self.process.stdin.write(order + "\n")
        except BrokenPipeError:
            raise failed(f"its process ended before `{order}`") from None
        until = time.monotonic() + LIMIT
        while True:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, until - time.monotonic()))
            if not ready:
                raise failed(f"no answer to `{order}` in {LIMIT} s")
            line = self.process.stdout.readline()
            if not line:
                raise failed(f"its process ended at `{order}`")
            if line.startswith("{"):
                break
        reply = json.loads(line)
        if "error" in reply:
            raise failed(f"`{order}`: {reply['error']}")
        return reply

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None


def warm_up(ask, seconds):
    """Runs for so many seconds of CPU; a just-in-time compiler has then seen what is hot."""
    runs, spent = 1, 0.0
    while spent < seconds:
        spent += ask(runs)["cpu_seconds"]
        runs *= 2


def runs_for(ask, least):
    """How many runs take about this many seconds of CPU."""
    runs = 1
    for _ in range(4):
        cpu = max(ask(runs)["cpu_seconds"], 1e-6)
        wanted = max(1, round(runs * least / cpu))
        if wanted <= runs:
            return runs
        runs = min(wanted, runs * 100)
    return runs


class session:
    def __init__(self, names, given):
        self.names = names
        self.given = given
        self.workers = {}
        self.runs = {}
        self.warm = set()
        self.said = {}  # work: what stook answered
        self.results = {}
        self.left_out = {}

    def worker(self, name, work):
        key = (name, "oncall" if work == "oncall" else "agent")
        if key not in self.workers:
            self.workers[key] = worker(participants.start_of(name, work))
        return self.workers[key]

    def once(self, name, work, size):
        if work in WHOLE:
            took, said = whole(participants.start_of(name, work))
            self.check(name, work, said)
            return took
        order = participants.order_of(name, work)
        if work == "agents":  # a process of its own: memory does not come back
            alone = worker(participants.start_of(name, work))
            try:
                return alone.ask(f"{order} {size} {AGENT_STEPS}")
            finally:
                alone.end()
        by = self.worker(name, work)
        key = (name, work, size)
        if (name, work) not in self.warm:
            warm_up(lambda n: by.ask(f"{order} {size} {n}"), self.given.warm)
            self.warm.add((name, work))
        if key not in self.runs:
            self.runs[key] = runs_for(lambda n: by.ask(f"{order} {size} {n}"), self.given.seconds)
        reply = by.ask(f"{order} {size} {self.runs[key]}")
        return {"cpu_seconds": reply["cpu_seconds"] / self.runs[key]}

    def check(self, name, work, said):
        """Holds what a participant answered against what stook did, who comes first."""
        if work not in answers.COMPARE or not said:
            return
        if name in OURS:
            self.said[work] = said
            return
        try:
            answers.COMPARE[work](self.said[work], said)
        except (answers.differ, KeyError) as why:
            raise failed(f"its answers differ: {why}") from None

    def measure(self, work, size):
        names = [name for name in self.names if participants.can(name, work)]
        if work in WHOLE:
            for name in names:  # writes byte code, warms caches
                self.attempt(name, work, size)
        rounds = self.given.rounds
        all_rounds = []
        for number in range(rounds):
            print(f"peers: {work} {size}, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            all_rounds.append({name: self.attempt(name, work, size) for name in names})
        self.results[f"{work} {size}"] = {
            name: [r[name] for r in all_rounds] for name in names if all(r[name] for r in all_rounds)}

    def attempt(self, name, work, size):
        """What it took, or nothing if it failed now or before at this work."""
        if f"{name}: {work}" in self.left_out:
            return None
        try:
            return self.once(name, work, size)
        except failed as why:
            print(f"peers: {name} is left out of {work} from size {size} on: {why}", file=sys.stderr, flush=True)
            self.left_out[f"{name}: {work}"] = f"from size {size} on: {why}"
            self.forget(name)
            return None

    def forget(self, name):
        """Ends its processes, which may hang; the next order starts a new one, and warms it up."""
        for key in [key for key in self.workers if key[0] == name]:
            self.workers.pop(key).end()
        self.warm = {key for key in self.warm if key[0] != name}

    def end(self):
        for by in self.workers.values():
            by.end()


def summary(results):
    """For each work and participant the spread of each figure, and of the ratio of each to stook's."""
    out = {}
    for work, by_name in results.items():
        out[work] = {}
        for name, rounds in by_name.items():
            figures = {figure: spread([r[figure] for r in rounds]) for figure in rounds[0]}
            ratios = {}
            if "stook" in by_name:
                ratios = {figure: spread([r[figure] / max(ours[figure], 1e-9)
                                          for r, ours in zip(rounds, by_name["stook"])]) for figure in rounds[0]}
            out[work][name] = {"figures": figures, "ratios": ratios, "rounds": len(rounds)}
    return out
