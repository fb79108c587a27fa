"""The peers, pinned, and how each is installed into a folder of its own below build/peers."""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / "build" / "peers"
HERE = pathlib.Path(__file__).resolve().parent

# Each peer has a folder of its own, so that one whose requirements do not fit the others' is only itself skipped.
PYTHON = {
    "haystack": ["haystack-ai==3.4.1"],
    "langgraph": ["langgraph==1.2.24"],
    "openai-agents": ["openai-agents==0.24.0"],
    "pydantic-ai": ["pydantic-ai-slim==2.66.0"],  # pydantic-ai without the clients of providers
    "smolagents": ["smolagents==1.26.0"],
    "pandas": ["pandas==3.1.1"],
    "duckdb": ["duckdb==2.0.1"],
}
NODE = {
    "ai": ["ai@7.0.173", "zod@4.6.7"],
    "langgraph-js": ["@langchain/langgraph@1.7.3", "@langchain/core@1.4.0", "zod@4.6.7"],
    "openai-agents-js": ["@openai/agents@0.20.0", "zod@4.6.7"],
    "mastra": ["@mastra/core@1.71.0", "zod@4.6.7"],
}
PLOT = ["matplotlib==3.11.2"]  # for plot.py
# These peers want Node 22; where the system's is older, npm brings one.
NODE_FALLBACK = "node@22.23.0"


def node():
    """The path of a Node that is new enough, or None."""
    own = HOME / "node" / "node_modules" / "node" / "bin" / "node"
    for candidate in (shutil.which("node"), own):
        if candidate and pathlib.Path(candidate).exists():
            version = subprocess.run([candidate, "--version"], capture_output=True, text=True).stdout
            if int(version.lstrip("v").split(".")[0]) >= 22:
                return str(candidate)
    return None


def _mark(folder):
    return folder / "installed"


def _install(name, wanted, command):
    """Runs an installer unless the folder already holds what is wanted; the reason of a failure, or None."""
    folder = HOME / name
    if _mark(folder).exists() and _mark(folder).read_text() == "\n".join(wanted):
        return None
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"peers: installing {', '.join(wanted)}", file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command(folder), capture_output=True, text=True, timeout=1200)
    except (OSError, subprocess.TimeoutExpired) as why:
        return str(why)
    if done.returncode != 0:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        return lines[-1] if lines else f"status {done.returncode}"
    _mark(folder).write_text("\n".join(wanted))
    return None


def _pip(wanted):
    return lambda folder: [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:",
                           "--disable-pip-version-check", "--target", str(folder / "site"), *wanted]


def _npm(wanted):
    return lambda folder: ["npm", "install", "--silent", "--no-audit", "--no-fund", "--legacy-peer-deps", "--prefix",
                           str(folder), *wanted]


def install(name):
    """Installs one peer, or `plot`; the reason why it cannot be, or None."""
    python = PYTHON | {"plot": PLOT}
    if name in python:
        wanted = python[name]
        return _install(name, wanted, _pip(wanted))
    if shutil.which("npm") is None:
        return "npm is not installed"
    if node() is None:
        why = _install("node", [NODE_FALLBACK], _npm([NODE_FALLBACK]))
        if why:
            return f"no Node 22 or newer: {why}"
    return _install(name, NODE[name], _npm(NODE[name]))


if __name__ == "__main__":
    for asked in sys.argv[1:] or [*PYTHON, *NODE]:
        print(asked, install(asked) or "is installed", flush=True)
