"""What every Python peer shares: the workload, and the loop that takes orders from `run`.

An order is a line, `step STEPS RUNS`, `chain NODES RUNS` or `agents AGENTS STEPS`; the reply is a line of JSON.
With the argument `first` a worker calls one tool and ends. Each result is compared with what it must be.
"""

import asyncio
import gc
import json
import resource
import sys
import time

from peak import peak_kib

# As in benchmarks/agent_step/workload.hpp.
SYSTEM = ("You are a careful assistant. You add numbers with the tool, one pair at a time, and then you report the "
          "sum.")
USER = "Please add the numbers of the list, pair by pair, and tell me the sum"
FINAL = "The sum of all pairs is what the tool said last."

wanted = 0  # tool calls that the model asks for
delay = 0.0  # seconds that the model of `agents` sleeps
total = 0  # of all results of the tool
chains = {}  # by their length


def add(a: int, b: int) -> int:
    """The tool's body."""
    global total
    total += a + b
    return a + b


def expected(steps):
    return steps * (steps - 1) // 2 + 2 * steps


def _check(text, steps, runs=1):
    if text != FINAL or total != runs * expected(steps):
        raise RuntimeError(f"expected {runs * expected(steps)} and the closing words, got {total} and {text!r}")


def _step(run, steps, runs):
    global wanted, total
    wanted = steps
    begin = time.process_time()
    for _ in range(runs):
        total = 0
        _check(run(), steps)
    return {"cpu_seconds": time.process_time() - begin}


def _chain(make_chain, nodes, runs):
    if nodes not in chains:
        chains[nodes] = make_chain(nodes)
        if (got := chains[nodes]()) != nodes + 1:
            raise RuntimeError(f"a chain of {nodes} must make {nodes + 1} of 1, not {got}")
    run = chains[nodes]
    begin = time.process_time()
    for _ in range(runs):
        run()
    return {"cpu_seconds": time.process_time() - begin}


def _resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


def _agents(run_async, agents, steps):
    global wanted, total, delay

    async def all_of_them(count):
        return await asyncio.gather(*(run_async() for _ in range(count)))

    wanted, total = steps, 0
    for text in asyncio.run(all_of_them(3)):
        pass
    _check(text, steps, 3)
    total, delay = 0, 0.1
    gc.collect()
    before, cpu, wall = _resident(), time.process_time(), time.monotonic()
    texts = asyncio.run(all_of_them(agents))
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    if set(texts) != {FINAL}:
        raise RuntimeError("an agent did not end with the closing words")
    _check(FINAL, steps, agents)
    return {"wall_seconds": wall, "cpu_seconds": cpu, "kib_per_agent": (peak_kib() - before) / agents}


def serve(run=None, run_async=None, make_chain=None):
    """`run` does one conversation and returns its last text; `run_async` is its awaitable twin."""
    if sys.argv[1:] == ["first"]:
        _step(run, 1, 1)
        print(json.dumps({"peak_kib": peak_kib()}))
        return
    for line in sys.stdin:
        work, size, count = line.split()
        does, what = {"step": (_step, run), "chain": (_chain, make_chain), "agents": (_agents, run_async)}[work]
        try:
            result = does(what, int(size), int(count))
        except Exception as why:  # said to `run`, which names it
            result = {"error": f"{type(why).__name__}: {why}"}
        print(json.dumps(result), flush=True)
