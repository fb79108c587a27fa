#!/usr/bin/env python3
"""What a program is made of, and what a run of it asks of the system.

    anatomy.py 'build/release/bin/first_call' 'build/release/bin/oncall --version'
    echo 'agents 1000 4' | anatomy.py build/release/bin/stook_peer

Counts, which are the same on a busy machine: the bytes of the program without its symbols, of which the code; what the
dynamic linker has to do (libraries, relocations, static initialisers); and of one run the pages that it touched, how
often it slept and was woken (voluntary switches), its threads' waits for each other (futex) and all its system calls.
Needs readelf of binutils; without strace the last two are left out.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sections(program):
    """Bytes of each section of a program."""
    rows = re.findall(r"^ +\[ *\d+\] (\S+) +\S+ +\S+ +\S+ +(\S+)", said("readelf", "-SW", program), re.MULTILINE)
    return {name: int(size, 16) for name, size in rows}


def of_file(program):
    size = sections(program)
    kept = sum(bytes for name, bytes in size.items()
               if not name.startswith((".debug", ".symtab", ".strtab", ".bss", ".comment", ".shstrtab")))
    relocations = len(re.findall(r"R_\w+", said("readelf", "-rW", program)))
    libraries = len(re.findall(r"=>", said("ldd", program)))
    return {"without symbols, KiB": f"{kept / 1024:,.0f}", "its code, KiB": f"{size['.text'] / 1024:,.0f}",
            "shared libraries": f"{libraries}", "relocations of its own": f"{relocations:,}",
            "static initialisers": f"{size.get('.init_array', 0) // 8}"}


def of_run(command, given):
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=nowhere, stderr=nowhere)
        process.stdin.write(given)
        process.stdin.close()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"anatomy: {shlex.join(command)} ended with status {process.returncode}")
    return {"pages touched": f"{used.ru_minflt:,}", "wake-ups": f"{used.ru_nvcsw:,}"}


def of_calls(command, given):
    """System calls of a run, of all threads, and of these the waits for another thread."""
    with tempfile.NamedTemporaryFile("r") as table:
        subprocess.run(["strace", "-f", "-c", "-o", table.name, *command], input=given, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
        calls = {row[-1]: int(row[3]) for row in (line.split() for line in table) if len(row) >= 5 and row[3].isdigit()}
    return {"waits for threads": f"{calls.get('futex', 0):,}", "polls": f"{calls.get('epoll_wait', 0):,}",
            "system calls": f"{calls['total']:,}"}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("command", nargs="+", help="a program with its arguments, in quotes")
    commands = [shlex.split(command) for command in arguments.parse_args().command]
    given = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    columns = []
    for command in commands:
        column = of_file(command[0]) | of_run(command, given)
        columns.append(column | (of_calls(command, given) if shutil.which("strace") else {}))
    names = [os.path.basename(command[0]) + "".join(f" {word}" for word in command[1:]) for command in commands]
    print("| | " + " | ".join(names) + " |\n|---|" + "---:|" * len(names))
    for what in columns[0]:
        print(f"| {what} | " + " | ".join(column[what] for column in columns) + " |")


if __name__ == "__main__":
    main()
