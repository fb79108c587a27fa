"""The chains and the fan-out of main.cpp in Haystack: CPU time of one run, per component.

Needs haystack-ai from PyPI; not part of any build. python peer_haystack.py
"""

import os
import time

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

import haystack
from haystack import Pipeline, component
from haystack.core.component.types import Variadic


@component
class Add:
    @component.output_types(value=int)
    def run(self, value: int):
        return {"value": value + 1}


@component
class Sum:
    @component.output_types(value=int)
    def run(self, values: Variadic[int]):
        return {"value": 1 + sum(values)}


def chain(nodes):
    pipeline = Pipeline()
    for n in range(nodes):
        pipeline.add_component(f"n{n:04}", Add())
        if n:
            pipeline.connect(f"n{n - 1:04}.value", f"n{n:04}.value")
    return pipeline


def fan(nodes):
    pipeline = Pipeline()
    pipeline.add_component("n0000", Add())
    pipeline.add_component("sum", Sum())
    for n in range(1, nodes - 1):
        pipeline.add_component(f"n{n:04}", Add())
        pipeline.connect("n0000.value", f"n{n:04}.value")
        pipeline.connect(f"n{n:04}.value", "sum.values")
    return pipeline


def measure(name, pipeline, nodes):
    data = {"n0000": {"value": 1}}
    pipeline.run(data)
    times = []
    for _ in range(7):
        rounds = max(1, 200 // nodes)
        begin = time.process_time()
        for _ in range(rounds):
            pipeline.run(data)
        times.append((time.process_time() - begin) / rounds)
    print(f"{name:<22} {sorted(times)[3] / nodes * 1e6:9.1f} us/node", flush=True)


print("haystack", haystack.__version__)
measure("chain of 3", chain(3), 3)
measure("fan-out of 5 and join", fan(7), 7)
measure("chain of 10", chain(10), 10)
measure("fan-out of 10", fan(10), 10)
measure("chain of 100", chain(100), 100)
