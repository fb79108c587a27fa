"""What docs/protocols.md says holds a fact is there: each row of its tables names a test that exists, or says why
there is none.

usage: protocols.py ROOT
"""

import pathlib
import re
import sys

import sources

PAGE = pathlib.Path("docs") / "protocols.md"
NO_TEST = re.compile(r"^(?:no test|left out): \S+ \S+ \S+")  # and a reason of some words
_REFERENCE = re.compile(r'`(tests/[^`]+)`: ("[^"]+"(?:, "[^"]+")*)')
_FILE = re.compile(r"`(tests/[^`]+)`")
_RULE = re.compile(r"^\|[-|: ]+\|$")


def references(text):
    """(file, case) of each test that the text names."""
    for file, cases in _REFERENCE.findall(text):
        for case in re.findall(r'"([^"]+)"', cases):
            yield file, case


def rows(text):
    """(line, cells) of each row of a table, without its head."""
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        is_head = number < len(lines) and _RULE.match(lines[number])
        if line.startswith("|") and not _RULE.match(line) and not is_head:
            yield number, [cell.strip() for cell in line.strip("|").split("|")]


def cases_in(path):
    """Names of the cases of a doctest file, a table of faults, or a CMakeLists.txt."""
    text = path.read_text()
    if path.suffix == ".tsv":
        return {line.split("\t")[0] for line in text.splitlines() if not line.startswith("#")}
    if path.suffix == ".txt":
        return set(re.findall(r"^\s*add_test\(NAME (\S+)", text, re.MULTILINE))
    return set(re.findall(r'\bTEST_CASE\(\s*"((?:\\.|[^"\\])+)"\s*\)', sources.without_comments(text)))


def is_built(path):
    """True if the CMakeLists.txt beside a source file lists it; what is no source file is read where it lies."""
    beside = path.parent / "CMakeLists.txt"
    if path.suffix != ".cpp":
        return True
    return beside.is_file() and path.name in re.findall(r"[\w.]+", beside.read_text())


def check(root):
    root = pathlib.Path(root)
    if not (root / PAGE).is_file():
        return [f"{PAGE}: expected the page, found none"]
    text = (root / PAGE).read_text()
    findings = []
    table = list(rows(text))
    if not table:
        findings.append(f"{PAGE}: expected tables, found none")
    for number, cells in table:
        if len(cells) != 2 or not cells[0]:
            findings.append(f"{PAGE}:{number}: expected what is done and what holds it, got {len(cells)} cells")
        elif not NO_TEST.match(cells[1]) and not list(references(cells[1])):
            findings.append(f'{PAGE}:{number}: expected `tests/...`: "a case", or "no test: " or "left out: " and why, got {cells[1]!r}')
    known = {}
    for number, line in enumerate(text.splitlines(), 1):
        for file in _FILE.findall(line):
            if not (root / file).is_file():
                findings.append(f"{PAGE}:{number}: there is no file {file}")
            elif not is_built(root / file):
                findings.append(f"{PAGE}:{number}: {file} is built by no CMakeLists.txt beside it")
        for file, case in references(line):
            if not (root / file).is_file():
                continue
            if file not in known:
                known[file] = cases_in(root / file)
            if case not in known[file]:
                findings.append(f'{PAGE}:{number}: {file} has no case "{case}": correct the name, or give the reason')
    return findings


if __name__ == "__main__":
    sources.report(check(sys.argv[1]))
