"""Writes the compiled code blocks of Markdown files as C++ sources.

usage: snippets.py OUTPUT_FOLDER FILE.md...
A block is compiled when an HTML comment that begins with the word "compiled" stands on the line before its
```cpp fence. The rest of the comment, if there is one, is C++ that the reader need not see: it goes before the
block, or around it where a line says {{block}}.

    <!-- compiled
    #include <stook/core/time.hpp>
    void show() { {{block}} }
    -->
    ```cpp
    auto now = stook::timestamp::from_seconds(0);
    ```

A block with a main() is also linked and run, unless the comment begins with "compiled, not run".

Prints one line for each source: its path, and "program" if it is to be run or "unit" if not.
A source whose block did not change keeps its time, so nothing is compiled twice.
"""

import pathlib
import re
import sys

_BLOCK = re.compile(
    r"^<!-- compiled\b(?P<unrun>, not run\b)?(?P<frame>.*?)-->\n```cpp\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"^<!-- compiled\b", re.MULTILINE)


def snippets(text, name):
    """(C++ source, whether it is a program to run) of each compiled block."""
    found = [m for m in _BLOCK.finditer(text)]
    if len(found) != len(_MARK.findall(text)):
        sys.exit(f"{name}: a comment 'compiled' is not followed by a ```cpp block on the next line")
    for match in found:
        frame, code = match.group("frame").strip(), match.group("code")
        line = text.count("\n", 0, match.start("code")) + 1
        block = f"// {name.name}:{line}\n{code}"
        if "{{block}}" in frame:
            source = frame.replace("{{block}}", "\n" + block) + "\n"
        else:
            source = (frame + "\n" if frame else "") + block
        runs = not match.group("unrun") and re.search(r"^int main\(", source, re.MULTILINE)
        yield source, bool(runs)


def main(output, files):
    output.mkdir(parents=True, exist_ok=True)
    written = set()
    for file in files:
        for number, (source, runs) in enumerate(snippets(file.read_text(), file), 1):
            path = output / f"{file.stem}_{number}.cpp"
            if not path.exists() or path.read_text() != source:
                path.write_text(source)
            written.add(path)
            print(path, "program" if runs else "unit")
    for path in set(output.glob("*.cpp")) - written:
        path.unlink()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), [pathlib.Path(name) for name in sys.argv[2:]])
