"""Templates of `oncall scan --assign` against labelled logs: template_score.py PROGRAM FOLDER

Each FOLDER/*.csv has the columns Content and EventId. Grouping accuracy is the share of lines whose group holds
exactly the lines of their label; FGA is the F1 of groups that match exactly (Jiang et al., "A Large-Scale
Evaluation for Log Parsing Techniques", ISSTA 2024).
"""

import collections
import csv
import pathlib
import subprocess
import sys

FLOOR = (0.84, 0.86)


def groups(labels):
    out = collections.defaultdict(set)
    for line, label in enumerate(labels):
        out[label].add(line)
    return {frozenset(lines) for lines in out.values()}


def score(predicted, labels):
    right = groups(predicted) & groups(labels)
    made, wanted = len(groups(predicted)), len(groups(labels))
    return sum(map(len, right)) / len(labels), 2 * len(right) / (made + wanted)


def main(program, folder):
    files = sorted(pathlib.Path(folder).glob("*.csv"))
    if not files:
        print(f"skipped: no labelled logs in {folder}")
        return 77
    total = [0.0, 0.0]
    for file in files:
        with open(file, newline="") as rows:
            labels = [row["EventId"] for row in csv.DictReader(rows)]
        ids = subprocess.run([program, "scan", "--logs", file, "--message-column", "Content", "--assign"],
                             check=True, capture_output=True, text=True).stdout.split()
        if len(ids) != len(labels):
            print(f"{file.name}: {len(ids)} ids for {len(labels)} lines")
            return 1
        accuracy, f1 = score(ids, labels)
        print(f"{file.name}: grouping accuracy {accuracy:.4f}, FGA {f1:.4f}")
        total = [total[0] + accuracy, total[1] + f1]
    mean = [value / len(files) for value in total]
    print(f"mean of {len(files)}: {mean[0]:.4f}, {mean[1]:.4f}; expected at least {FLOOR}")
    return 0 if mean[0] >= FLOOR[0] and mean[1] >= FLOOR[1] else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
