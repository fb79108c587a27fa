"""The project's files, and C++ text without its comments."""

import pathlib
import re
import sys

CXX = (".hpp", ".cpp")
FOLDERS = ("include", "src", "examples", "tests", "benchmarks")


def files(root, folders=FOLDERS, suffixes=CXX):
    for folder in folders:
        for path in sorted((pathlib.Path(root) / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes:
                yield path


_COMMENT_OR_LITERAL = re.compile(
    r'//(?:\\\n|[^\n])*'
    r'|/\*.*?\*/'
    r'|R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)


def without_comments(text):
    """Comments become spaces; every line keeps its number."""

    def blank(match):
        found = match.group()
        return re.sub(r"[^\n]", " ", found) if found.startswith(("//", "/*")) else found

    return _COMMENT_OR_LITERAL.sub(blank, text)


def without_literals(text):
    """What is inside string and character literals goes; every line keeps its number."""

    def hollow(match):
        found = match.group()
        quote = "'" if found.startswith("'") else '"'
        return quote + quote + "\n" * found.count("\n")

    return _COMMENT_OR_LITERAL.sub(hollow, without_comments(text))


_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)


def includes(text):
    """(line, name) of each #include."""
    text = without_comments(text)
    return [(text.count("\n", 0, m.start()) + 1, m.group(1)) for m in _INCLUDE.finditer(text)]


def report(findings):
    """Ends a check: prints what it found, and fails if that is anything."""
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
