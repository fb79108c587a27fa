"""What the works of `run` are made of."""

import dataclasses
import os
import pathlib
import subprocess
import sys
import typing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "peers"))

import peers  # noqa: E402

BIN = peers.ROOT / "build" / "release" / "bin"
DATA = peers.ROOT / "build" / "analytics"


@dataclasses.dataclass
class work:
    """Something that is done with a file by each of the participants; the first is the unit of the ratios.

    A participant gives the command for a file. It prints a line of JSON for each of its figures: `figure`, its name;
    `cpu_seconds`; `answer`, which must be the same for all; `peak_kib` if it knows.
    """

    name: str
    what: str
    files: dict[int, typing.Callable[[], pathlib.Path]]  # by rows
    participants: dict[str, typing.Callable[[pathlib.Path], list]]


def written_once(name, command):
    """A file of that name, written when it is first asked for by the command for its path."""
    file = DATA / name
    if not file.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        subprocess.run([str(word) for word in command(part)], check=True)
        os.replace(part, file)
    return file


def made_file(shape, rows):
    """A file of logs."""
    return written_once(f"{shape}-{rows}.csv", lambda part: [BIN / "bench_rows", "write", rows, shape, part])


def files(shape, *sizes):
    return {rows: lambda rows=rows: made_file(shape, rows) for rows in sizes}


def python(peer, script, *arguments):
    """The command of a script that imports a peer."""
    return ["env", f"PYTHONPATH={peers.HOME / peer / 'site'}", sys.executable, "-B", script, *arguments]
