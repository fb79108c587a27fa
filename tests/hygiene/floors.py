"""No #include of the library points up or across, and none runs in a circle; nor do those of the on-call program
between its folders.

usage: floors.py ROOT
The table is the one of docs/design.md. A new module gets a line here and there.
"""

import pathlib
import re
import sys

import sources

# module -> what it may include beside itself. What is not named is on no floor and is refused.
CORE = {"core"}
FLOOR_2 = CORE | {"tool", "chat", "http"}
FLOOR_3 = FLOOR_2 | {"agent", "pipeline"}
MAY_INCLUDE = {
    "core": set(),
    "tool": CORE,
    "chat": CORE | {"tool"},
    "http": CORE,
    "agent": FLOOR_2,
    "pipeline": FLOOR_2,
    "models": FLOOR_3,
    "mcp": FLOOR_3,
    "journal": FLOOR_3,
    "trace": FLOOR_3,
    "sql": FLOOR_3,
}
# `http` has no public header: it is a folder of src/ only.
PRIVATE_MODULES = {"http"}
# The umbrella stook/stook.hpp is above every module and of no use to any.
UMBRELLA = "stook.hpp"

# Third-party headers that only some modules may see.
RESERVED = [
    (re.compile(r"boost/beast\b"), {"http"}),
    (re.compile(r"boost/asio/ssl\b"), {"http"}),
    (re.compile(r"sqlite3\.h$"), {"sql", "journal"}),
]


def modules_of(root):
    """Each file of the library with its module; the umbrella has module None."""
    for base in (root / "include" / "stook", root / "src"):
        for path in sorted(base.rglob("*")):
            if path.suffix in sources.CXX:
                inside = path.relative_to(base)
                yield path, (inside.parts[0] if len(inside.parts) > 1 else None)


def target(root, path, name):
    """The project's file that an #include names, or None for others' headers."""
    for candidate in (root / "include" / name, root / "src" / name, path.parent / name):
        if candidate.is_file():
            return candidate.resolve()
    return None


def check(root):
    root = pathlib.Path(root).resolve()
    known = {path.resolve(): module for path, module in modules_of(root)}
    findings = []
    edges = {}
    for path, module in known.items():
        where = path.relative_to(root)
        if module is None:
            if path.name != UMBRELLA:
                findings.append(f"{where}: expected a folder that is a module ({', '.join(MAY_INCLUDE)})")
            continue
        if module not in MAY_INCLUDE:
            findings.append(f"{where}: '{module}' is on no floor: add it to tests/hygiene/floors.py and docs/design.md")
            continue
        if module in PRIVATE_MODULES and where.parts[0] == "include":
            findings.append(f"{where}: '{module}' is private: its headers stand beside its sources in src/{module}/")
        allowed = MAY_INCLUDE[module] | {module}
        if "adapter" in path.name and module in ("agent", "pipeline"):
            allowed = allowed | {"agent", "pipeline"}
        for line, name in sources.includes(path.read_text()):
            for reserved, owners in RESERVED:
                if reserved.match(name) and module not in owners:
                    findings.append(f"{where}:{line}: {name} belongs to {' and '.join(sorted(owners))} alone")
            found = target(root, path, name)
            if found is None:
                if name.startswith("stook/"):
                    findings.append(f"{where}:{line}: there is no {name}")
                continue
            if found not in known:
                findings.append(f"{where}:{line}: {name} is outside the library ({found.relative_to(root)})")
                continue
            edges.setdefault(path, []).append(found)
            if known[found] is None:
                findings.append(f"{where}:{line}: {name} is for users; name the headers that are meant")
            elif known[found] not in allowed:
                findings.append(f"{where}:{line}: '{module}' may not include '{known[found]}' ({name})")
    return findings + circles(root, edges)


def circles(root, edges):
    findings = []
    state = {}

    def visit(path, trail):
        state[path] = "open"
        for following in edges.get(path, []):
            if state.get(following) == "open":
                loop = trail[trail.index(following):] + [following]
                findings.append("circle: " + " -> ".join(str(p.relative_to(root)) for p in loop))
            elif following not in state:
                visit(following, trail + [following])
        state[path] = "done"

    for path in edges:
        if path not in state:
            visit(path, [path])
    return findings


def rooms(root):
    """No circle runs through the folders of the on-call program, which stand on one floor."""
    root = pathlib.Path(root).resolve()
    base = root / "examples" / "oncall"
    edges = {}
    for path in sorted(base.rglob("*")):
        if path.suffix not in sources.CXX:
            continue
        room = base / path.relative_to(base).parts[0]
        for _, name in sources.includes(path.read_text()):
            parts = pathlib.PurePosixPath(name).parts
            if len(parts) > 2 and parts[0] == "oncall" and base / parts[1] != room:
                following = edges.setdefault(room, [])
                if base / parts[1] not in following:
                    following.append(base / parts[1])
    return circles(root, edges)


if __name__ == "__main__":
    sources.report(check(sys.argv[1]) + rooms(sys.argv[1]))
