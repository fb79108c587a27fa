"""What public headers may include, and that each has its test.

usage: headers.py ROOT
"""

import pathlib
import re
import sys

import sources

# Each costs every user's translation unit dearly, or ties the user to a library that is ours to hide.
FORBIDDEN = re.compile(
    r"boost/(asio|beast)(/|\.hpp)|boost/json\.hpp|openssl/|sqlite3\.h$|re2/|csv\.h$|(iostream|regex|thread|ranges)$"
)
# Forward declarations and the umbrella have no behaviour to test. Like every header they are compiled alone and
# twice (CMakeLists.txt beside this file).
UNTESTED = {"fwd.hpp", "stook.hpp"}


def public_headers(root):
    base = pathlib.Path(root) / "include" / "stook"
    return [path.relative_to(base) for path in sorted(base.rglob("*.hpp"))]


def check(root):
    root = pathlib.Path(root)
    findings = []
    for header in public_headers(root):
        path = root / "include" / "stook" / header
        for line, name in sources.includes(path.read_text()):
            if FORBIDDEN.match(name):
                findings.append(f"include/stook/{header}:{line}: a public header may not include {name}")
        if header.name in UNTESTED or "detail" in header.parts:
            continue
        test = pathlib.Path("tests") / header.parent / f"{header.stem}_test.cpp"
        if not (root / test).is_file():
            findings.append(f"include/stook/{header}: expected its test in {test}")
            continue
        first = sources.includes((root / test).read_text())[:1]
        if not first or first[0][1] != f"stook/{header}":
            findings.append(f"{test}: the first include must be <stook/{header}>: it proves that the header stands alone")
    return findings


if __name__ == "__main__":
    sources.report(check(sys.argv[1]))
