"""Whether two programs came to the same answers about the day, as far as both give them."""

import json
import math


class differ(Exception):
    pass


def _demand(ours, theirs, what):
    if not _same(ours, theirs):
        raise differ(f"{what}: stook says {str(ours)[:200]}, this one {str(theirs)[:200]}")


def _same(a, b):
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b))
    if isinstance(a, float) or isinstance(b, float):  # sums of the same numbers in another order
        return isinstance(a, (int, float)) and isinstance(b, (int, float)) and math.isclose(a, b, rel_tol=1e-9)
    return a == b


def _added_up(signals, key):
    sums = {}
    for signal in signals:
        if signal[key]:
            sums[signal[key]] = sums.get(signal[key], 0) + signal["count"]
    return sums


def compare_tutorial(ours, theirs):
    """Rows, the lines and errors of the given window, the errors by kind and by service, both questions of SQL."""
    for what in ("metric_rows", "log_rows"):
        _demand(ours[what], theirs[what], what)
    scan, other = ours["scan"], theirs["scan"]
    for what in ("lines", "error_lines"):
        _demand(scan[what], other[what], what)
    _demand(_added_up(scan["signals"], "kind"), other["by_kind"], "errors by kind")
    _demand(_added_up(scan["signals"], "service"), other["by_service"], "errors by service")
    _demand([query["rows"] for query in ours["queries"]], theirs["queries"], "answers of SQL")


def compare_oncall(ours, theirs):
    """The calls of tools with their arguments and order; rows; lines and errors; counts; SQL; the last words."""
    for what in ("calls", "rows", "lines", "error_lines", "text"):
        _demand(ours[what], theirs[what], what)
    # Haystack runs the calls of a turn at the same time, so their answers come in any order.
    _demand(sorted(ours["queries"], key=json.dumps), sorted(theirs["queries"], key=json.dumps), "queries")
    for count in ours["counts"]:  # stook shows a model the strongest only
        if count not in theirs["counts"]:
            raise differ(f"counts: stook has {count}, this one does not")


COMPARE = {"tutorial": compare_tutorial, "oncall-process": compare_oncall}
