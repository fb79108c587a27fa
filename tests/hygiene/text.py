"""Length of files, and words that mean "not done".

usage: text.py ROOT
"""

import pathlib
import re
import sys

import sources

FILE_LINES = 600
HEADER_LINES = 300
TEXT = (".hpp", ".cpp", ".py", ".sh", ".md", ".txt", ".cmake", ".in", ".json", "")
# In pieces, for this file is read too.
UNDONE = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")


def check(root):
    root = pathlib.Path(root)
    findings, notes = [], []
    for path in sources.files(root):
        lines = len(path.read_text().splitlines())
        where = path.relative_to(root)
        if lines > FILE_LINES:
            findings.append(f"{where}: {lines} lines, at most {FILE_LINES}: split it by concept")
        elif path.suffix == ".hpp" and lines > HEADER_LINES:
            notes.append(f"note: {where}: {lines} lines, and a header should stay under {HEADER_LINES}")
    here = [path for path in sorted(root.iterdir()) if path.is_file() and path.suffix in TEXT]
    everywhere = sources.files(root, (*sources.FOLDERS, "cmake", "docs", "scripts", ".ci"), TEXT)
    for path in [*here, *everywhere]:
        try:
            content = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(content.splitlines(), 1):
            for word in UNDONE.findall(line):
                findings.append(f"{path.relative_to(root)}:{number}: {word}: do it, or open an issue")
    return findings, notes


if __name__ == "__main__":
    found, remarks = check(sys.argv[1])
    for remark in remarks:
        print(remark)
    sources.report(found)
