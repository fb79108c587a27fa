"""The conformance program on tables of the repository: what it prints, and how it ends.

usage: conformance_test.py PROGRAM FOLDER SANITIZERS
"""

import pathlib
import subprocess
import sys
import unittest

PROGRAM, FOLDER, SANITIZED = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3] != ""
# Sanitizers take memory and time of their own, so the program does not judge them, or mildly.
EXCUSED = {"PASS too-large a run larger than it may be", "PASS too-long a run longer than it may be"} if SANITIZED else set()


def play(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout.splitlines(), done.stderr


def cases_of(path):
    return [line.split("\t")[0] for line in path.read_text().splitlines() if line and line[0] != "#"]


class conformance(unittest.TestCase):
    def test_every_case_of_the_repository_passes(self):
        table = FOLDER / "faults.tsv"
        code, lines, _ = play(table)
        self.assertEqual([line for line in lines if not line.startswith("PASS ")][:-1], [])
        self.assertEqual([line.split()[1] for line in lines[:-1]], cases_of(table))
        self.assertEqual(lines[-1], f"{len(cases_of(table))} passed, 0 failed")
        self.assertEqual(code, 0)

    def test_a_case_that_is_wrong_or_not_understood_fails_and_says_why(self):
        table = FOLDER / "wrong_faults.tsv"
        code, lines, _ = play(table)
        passed = {line for line in lines if line.startswith("PASS ")}
        self.assertEqual(passed - EXCUSED, {"PASS twice an id"})
        self.assertEqual(lines[-1], f"{len(passed)} passed, {len(cases_of(table)) - len(passed)} failed")
        self.assertEqual(code, 1)
        said = {line.split()[1]: line for line in lines[:-1]}
        for case, words in {
            "run": "expected run error:model.empty, got ok",
            "tools": "expected tools 2, got 1",
            "http": "expected http 2, got 1",
            "tool-error": "expected tool_error args_schema, got [args_json]",
            "too-long": "expected an end within 200 ms, got ",
            "too-large": "expected less than 4 MB of memory, got ",
            "never-cancelled": "expected run cancelled, got ok",
            "directive": 'unknown directive "dance"',
            "variant": 'unknown sse_variant "sideways"',
            "placeholder": 'expected a known placeholder, got "$SOMETHING"',
            "expect-unknown": 'unknown expectation "weather"',
            "short": "expected 5 or 6 columns, got 3",
        }.items():
            if said[case] not in EXCUSED:
                self.assertIn(words, said[case])

    def test_some_cases_can_be_chosen(self):
        code, lines, _ = play(FOLDER / "faults.tsv", "args-null", "sse-list")
        self.assertEqual((code, lines[-1]), (0, "2 passed, 0 failed"))

    def test_wrong_use_ends_with_2(self):
        for arguments in ([], ["--help"], ["/no/such/file.tsv"], [FOLDER / "faults.tsv", "no-such-case"]):
            code, lines, complaint = play(*arguments)
            self.assertEqual((code, lines), (2, []))
            self.assertNotEqual(complaint, "")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
