"""Who takes part in which work, and how each is started.

A work is done by a process that takes orders (`step`, `chain`, `agents`, `oncall`), or is a whole process (`first`,
`tutorial`, `oncall-process`). The works about telemetry share one made-up day and one script of replies.
"""

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys

import peers

BIN = peers.ROOT / "build" / "release" / "bin"
DAY = peers.HOME / "day"
SCRIPT = peers.HOME / "script.json"

SIZES = {"step": [5, 20, 100], "chain": [10, 100, 1000], "first": [1], "agents": [1000], "tutorial": [1],
         "oncall": [1], "oncall-process": [1]}
WHOLE = ("first", "tutorial", "oncall-process")  # a process each time
TELEMETRY = ("tutorial", "oncall", "oncall-process")

# Each participant's works; the order that stook_peer knows it by, where it has one of its own.
OURS = {"stook": {work: work for work in SIZES}, "stook-coroutine": {"step": "coroutine"}, "loop": {"step": "loop"}}
PEERS = {
    "haystack": "step chain first agents oncall oncall-process",
    "langgraph": "step chain first agents",
    "openai-agents": "step first agents",
    "pydantic-ai": "step first agents",
    "smolagents": "step first",
    "ai": "step first agents",
    "langgraph-js": "step chain first agents",
    "openai-agents-js": "step first agents",
    "mastra": "step first agents",
    "pandas": "tutorial",
    "duckdb": "tutorial",
    "import-pandas": "tutorial",
}
# What must be installed beside, or instead of, the package of a participant's name.
NEEDS = {("haystack", "oncall"): ("haystack", "pandas"), ("haystack", "oncall-process"): ("haystack", "pandas"),
         ("duckdb", "tutorial"): ("pandas", "duckdb"), ("import-pandas", "tutorial"): ("pandas",)}


@dataclasses.dataclass
class start:
    """How a process is started."""
    command: list
    folder: pathlib.Path = peers.ROOT
    environment: dict = dataclasses.field(default_factory=dict)

    def options(self):
        # A caller's own settings of Python would count: without its byte code a program compiles all it imports.
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return {"args": [str(word) for word in self.command], "cwd": self.folder, "env": plain | self.environment,
                "text": True, "stderr": subprocess.DEVNULL, "stdout": subprocess.PIPE}


def can(name, work):
    return work in (OURS[name] if name in OURS else PEERS[name].split())


def needs(name, work):
    return () if name in OURS else NEEDS.get((name, work), (name,))


def _python(packages, *words):
    path = [*(peers.HOME / package / "site" for package in packages), peers.HERE]
    return start([sys.executable, *words], environment={"PYTHONPATH": ":".join(map(str, path))})


def _telemetry(name, work):
    """How one of the works about the day is started; `work` is `serve` for a process that takes orders."""
    words = [DAY, *window()] if work == "tutorial" else [DAY, SCRIPT]
    if name == "stook":
        return start([BIN / "stook_sre_peer", work, *words])
    if name == "haystack":
        return _python(needs(name, "oncall"), peers.HERE / "oncall_haystack.py", work, *words)
    if name == "import-pandas":
        return _python(needs(name, work), "-c", "import pandas\nfrom peak import peak_kib\n"
                       "print('{\"peak_kib\": %d}' % peak_kib())")
    return _python(needs(name, work), peers.HERE / "tutorial_pandas.py", *words, name)


def _agent(name):
    """How the process is started that knows `step` and its like."""
    if name in OURS:
        return start([BIN / "stook_peer"])
    script = f"peer_{name.replace('-', '_')}"
    if name in peers.PYTHON:
        return _python((name,), peers.HERE / f"{script}.py")
    folder = peers.HOME / name
    for file in (f"{script}.mjs", "worker.mjs"):  # beside the packages, where an import finds them
        shutil.copy(peers.HERE / file, folder / file)
    return start([peers.node(), "--expose-gc", f"{script}.mjs"], folder)


def start_of(name, work):
    """How a participant is started for a work: to take orders, or as the whole process that it is."""
    if work == "oncall":
        return _telemetry(name, "serve")
    if work == "oncall-process":
        return _telemetry(name, "oncall")
    if work == "tutorial":
        return _telemetry(name, work)
    made = _agent(name)
    return start([*made.command, "first"], made.folder, made.environment) if work == "first" else made


def order_of(name, work):
    return OURS[name][work] if name in OURS else work


def missing_programs(works):
    """Programs of the build that these works need and that are not there."""
    wanted = ["stook_peer", *(["oncall", "stook_sre_peer"] if set(works) & set(TELEMETRY) else [])]
    return [name for name in wanted if not (BIN / name).exists()]


def make_day():
    """The day that all look at, and what the model says in its investigation."""
    for command in ([BIN / "oncall", "generate", "--out", DAY, "--seed", "7"], [BIN / "stook_sre_peer", "record", DAY]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"peers: {' '.join(map(str, command))} failed: {done.stderr.strip()}")
    SCRIPT.write_text(done.stdout)


def window():
    """The incident's window as it was made, which every program is given."""
    truth = json.loads((DAY / "truth.json").read_text())["window"]
    return truth["start"], truth["end"]
