"""The library never prints, never ends the process and starts no thread unasked.

usage: symbols.py OBJDUMP LIBRARY
Reads the relocations of the code in the static library: what each function refers to. Functions of Boost that
the compiler put into our objects may refer to what they like, as in Asio the lookup of a host name, which starts
a thread; ours may not, except through ALLOWED.
"""

import re
import subprocess
import sys

import sources

FORBIDDEN = re.compile(
    r"(printf|vprintf|fprintf|vfprintf|dprintf|puts|fputs|putchar|putc|fputc|perror|fwrite|write)"
    r"|(abort|exit|_exit|_Exit|quick_exit|raise|kill)"
    r"|(pthread_create|thrd_create|fork|vfork|system|popen)"
    r"|_ZSt4(cout|cerr|clog)"
    r"|_ZNSt6thread15_M_start_thread.*"
    r"|_Z.*11thread_pool(C[0-9]|15thread_function).*"
    r"|_ZN3fmt2v[0-9]+(6vprint|5print).*"
)

# (object, beginning of the symbol) -> why it is right.
ALLOWED = {
    ("blocking_pool.cpp.o", "_ZNSt6thread15_M_start_thread"): "threads for tools and lookups that block, begun by the first such call",
    ("run_loop.cpp.o", "_ZTVN5boost4asio6detail12posix_thread4func"): "threads of a pipeline run that was asked to be parallel",
}

# What Asio gives a thread of its own to run. Where it stands beside pthread_create, Asio was inlined.
_ASIO_THREAD = "boost_asio_detail_posix_thread_function"

_OBJECT = re.compile(r"^(\S+\.o):\s+file format")
_SECTION = re.compile(r"^RELOCATION RECORDS FOR \[(.*)\]:")
_RELOCATION = re.compile(r"^[0-9a-f]+\s+\S+\s+(\S+)")
# The section of an inline function carries the function's name; a template of others with a type of ours in its
# name holds code of ours.
_OTHERS_CODE = re.compile(r"\.text(\.\w+)?\._Z[A-Z]*N?[KVRO]*(3fmt|5boost|8valijson)(?!.*5stook)")


def references(listing):
    """(object, section of code) -> the symbols that it refers to."""
    result = {}
    current, section = "", ""
    for line in listing.splitlines():
        if match := _OBJECT.match(line):
            current, section = match.group(1), ""
            result[current, section] = set()
        elif match := _SECTION.match(line):
            section = match.group(1)
        elif section.startswith(".text"):
            if match := _RELOCATION.match(line):
                symbol = re.sub(r"([-+]0x[0-9a-f]+|@\w+)*$", "", match.group(1))
                result.setdefault((current, section), set()).add(symbol)
    return result


def check(listing):
    code = references(listing)
    if not code:
        return ["expected a static library with objects, found none"]
    findings = []
    for (current, section), symbols in code.items():
        if _OTHERS_CODE.match(section):
            continue
        for symbol in sorted(symbols):
            by_asio = symbol == "pthread_create" and _ASIO_THREAD in symbols
            if FORBIDDEN.fullmatch(symbol) and not by_asio and not allowed(current, symbol):
                findings.append(f"{current}: code in {section} refers to {symbol}")
    return findings


def allowed(current, symbol):
    return any(current == name and symbol.startswith(start) for name, start in ALLOWED)


if __name__ == "__main__":
    objdump, library = sys.argv[1:]
    listed = subprocess.run([objdump, "--reloc", library], check=True, capture_output=True, text=True)
    sources.report(check(listed.stdout))
