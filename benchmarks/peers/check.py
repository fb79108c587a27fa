"""That stook's side of the works about telemetry finds what was made, and that other answers are told apart.

    check.py BIN FOLDER   programs of the build; where the day goes
"""

import copy
import json
import pathlib
import subprocess
import sys

import answers


def told_apart(compare, ours, theirs, change):
    compare(ours, theirs)
    other = copy.deepcopy(theirs)
    change(other)
    try:
        compare(ours, other)
    except answers.differ:
        return
    sys.exit(f"check: {compare.__name__} did not see {change.__name__}")


def as_pandas_has_it(ours):
    """What tutorial_pandas.py would say if it agreed."""
    def sums(key):
        return {value: sum(s["count"] for s in ours["scan"]["signals"] if s[key] == value)
                for value in {s[key] for s in ours["scan"]["signals"]} - {""}}

    scan = {"lines": ours["scan"]["lines"], "error_lines": ours["scan"]["error_lines"], "by_kind": sums("kind"),
            "by_service": sums("service")}
    return {"metric_rows": ours["metric_rows"], "log_rows": ours["log_rows"], "scan": scan,
            "queries": [query["rows"] for query in ours["queries"]]}


def one_error_more(said):
    said["scan"]["by_kind"]["UpstreamTimeout"] += 1


def another_mean(said):
    said["queries"][1][0][1] *= 1.000001


def another_argument(said):
    said["calls"][-2]["arguments"]["goal"] += "!"


def a_count_less(said):
    said["counts"].pop()


def main(bin, folder):
    bin, day = pathlib.Path(bin), pathlib.Path(folder) / "day"

    def run(program, *words):
        return subprocess.run([bin / program, *words], check=True, stdout=subprocess.PIPE, text=True).stdout

    run("oncall", "generate", "--out", day)
    truth = json.loads((day / "truth.json").read_text())
    window = truth["window"]

    ours = json.loads(run("stook_sre_peer", "tutorial", day, window["start"], window["end"]))
    agreeing = as_pandas_has_it(ours)
    found = {"metric_rows": ours["metric_rows"], "log_rows": ours["log_rows"],
             "error_counts": agreeing["scan"]["by_kind"]}
    if found != {key: truth[key] for key in found} or ours["windows"][0]["start"] != window["start"]:
        sys.exit(f"check: expected what truth.json has, got {found} and the windows {ours['windows']}")
    told_apart(answers.compare_tutorial, ours, agreeing, one_error_more)
    told_apart(answers.compare_tutorial, ours, agreeing, another_mean)

    script = pathlib.Path(folder) / "script.json"
    script.write_text(run("stook_sre_peer", "record", day))
    ours = json.loads(run("stook_sre_peer", "oncall", day, script))
    tools = [call["tool"] for call in ours["calls"]]
    if tools[0] != "load_inputs" or tools[-1] != "draft_postmortem" or "db-proxy" not in ours["text"]:
        sys.exit(f"check: expected an investigation from load_inputs to draft_postmortem, got {tools}: {ours['text']}")
    told_apart(answers.compare_oncall, ours, ours, another_argument)
    told_apart(answers.compare_oncall, ours, ours, a_count_less)


if __name__ == "__main__":
    main(*sys.argv[1:])
