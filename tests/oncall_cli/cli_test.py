"""The program `oncall`: cli_test.py PROGRAM SCHEMA"""

import http.server
import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import jsonschema

PROGRAM = SCHEMA = None
REPORT = {"summary.txt", "postmortem.json", "postmortem.md", "runbook.md", "report.html", "trace.jsonl"}
ESCAPE = "\x1b"


def oncall(*args, cwd=None, env=None):
    return subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, cwd=cwd, timeout=60,
                          env={**os.environ, **(env or {})})


class ModelServer:
    """An OpenAI-compatible server on loopback that answers with `reply(request)`, a message or an HTTP status."""

    def __init__(self, reply):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append((self.path, dict(self.headers), body))
                said = reply(body)
                if isinstance(said, int):
                    return self.send_error(said)
                finish = "tool_calls" if said.get("tool_calls") else "stop"
                text = json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", **said},
                                                "finish_reason": finish}],
                                   "usage": {"prompt_tokens": 10, "completion_tokens": 5}}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}/v1#tiny"


class Case(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="oncall_cli_")
        self.dir = Path(self.scratch.name)

    def tearDown(self):
        self.scratch.cleanup()

    def day(self, *args):
        out = self.dir / "day"
        self.assertEqual(oncall("generate", "--out", out, *args).returncode, 0)
        return out

    def inputs(self, day):
        return ["--metrics", day / "metrics.csv", "--logs", day / "logs.csv", "--events", day / "events.csv",
                "--topology", day / "topology.csv"]


class Usage(Case):
    def test_every_command_has_help_with_an_example_on_stdout(self):
        for command in ([], ["demo"], ["investigate"], ["generate"], ["detect"], ["sql"], ["scan"],
                        ["eval"], ["verify"], ["models"], ["models", "check"]):
            ran = oncall(*command, "--help")
            self.assertEqual(ran.returncode, 0, command)
            self.assertIn("Usage: " + " ".join(["oncall", *command]) + " [OPTIONS]", ran.stdout)
            self.assertIn("Examples:", ran.stdout, command)
            self.assertEqual(ran.stderr, "")

    def test_version(self):
        ran = oncall("--version")
        self.assertEqual(ran.returncode, 0)
        self.assertRegex(ran.stdout, r"^oncall \d+\.\d+\.\d+\n$")

    def test_wrong_usage_ends_with_2_and_says_what_to_do(self):
        for args in ([], ["fly"], ["detect"], ["demo", "--seed", "x"], ["investigate", "--metrics", "m.csv"],
                     ["demo", "--model", "gpt"], ["sql", "SELECT 1"], ["verify", "p.json"],
                     ["scan", "--logs", "l.csv", "--from", "now", "--to", "later"]):
            ran = oncall(*args, cwd=self.dir)
            self.assertEqual(ran.returncode, 2, args)
            self.assertEqual(ran.stdout, "", args)
            self.assertIn("oncall:", ran.stderr, args)

    def test_an_instant_that_cannot_be_read_is_named_with_the_form(self):
        ran = oncall("scan", "--logs", "l.csv", "--from", "14 o'clock", "--to", "2026-01-15")
        self.assertIn("--from", ran.stderr)
        self.assertIn("2026-01-02T03:04:05Z", ran.stderr)


class Inputs(Case):
    def test_a_missing_file_is_named(self):
        ran = oncall("detect", "--metrics", self.dir / "none.csv")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("none.csv", ran.stderr)

    def test_an_empty_file_is_named(self):
        empty = self.dir / "empty.csv"
        empty.write_text("")
        ran = oncall("detect", "--metrics", empty)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("empty.csv", ran.stderr)

    def test_a_broken_line_is_named_with_its_number_and_costs_only_itself(self):
        day = self.day()
        metrics = day / "metrics.csv"
        lines = metrics.read_text().splitlines()
        lines[99] = "not a time,1,2,3"
        lines[199] = "2026-01-15T03:18:00Z,1"
        metrics.write_text("\n".join(lines) + "\n")
        ran = oncall("detect", "--metrics", metrics, "--json")
        self.assertEqual(ran.returncode, 0)
        self.assertIn("metrics.csv:100", ran.stderr)
        self.assertIn("metrics.csv:200", ran.stderr)
        self.assertEqual(len(json.loads(ran.stdout)["windows"]), 1)

    def test_text_of_the_data_does_not_steer_the_terminal(self):
        metrics = self.day() / "metrics.csv"
        metrics.write_bytes(metrics.read_bytes() + b"\x1b]0;owned\x07,1,2,3\n")
        ran = oncall("detect", "--metrics", metrics)
        self.assertNotIn(ESCAPE, ran.stderr)


class Detect(Case):
    def test_json_has_the_windows(self):
        day = self.day("--seed", 3)
        truth = json.loads((day / "truth.json").read_text())
        ran = oncall("detect", "--metrics", day / "metrics.csv", "--json")
        self.assertEqual(ran.returncode, 0)
        found = json.loads(ran.stdout)
        self.assertEqual(list(found), ["windows"])
        self.assertEqual(found["windows"][0]["start"], truth["window"]["start"])
        self.assertEqual(found["windows"][0]["end"], truth["window"]["end"])

    def test_an_ongoing_window_has_no_end(self):
        metrics = self.day() / "metrics.csv"
        metrics.write_text("".join(metrics.read_text().splitlines(keepends=True)[:1000]))
        window = json.loads(oncall("detect", "--metrics", metrics, "--json").stdout)["windows"][0]
        self.assertIsNone(window["end"])

    def test_no_incident_is_an_answer(self):
        metrics = self.day("--quiet-day") / "metrics.csv"
        self.assertEqual(oncall("detect", "--metrics", metrics).stdout, "No incident.\n")
        self.assertEqual(json.loads(oncall("detect", "--metrics", metrics, "--json").stdout), {"windows": []})

    def five_minutes(self):
        """The header and a sample each five minutes: a day that takes a moment to follow."""
        rows = (self.day("--seed", 3) / "metrics.csv").read_text().splitlines(keepends=True)
        return rows[:1] + rows[1::5]

    def test_followed_it_says_what_opens_before_more_is_there(self):
        rows = self.five_minutes()
        with subprocess.Popen([PROGRAM, "detect", "--metrics", "/dev/stdin", "--follow", "--json"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as live:
            live.stdin.write("".join(rows[:188]) + rows[100] + "soon,1,2,3\n" + rows[188][:30])
            live.stdin.flush()
            opened = json.loads(live.stdout.readline())
            self.assertEqual(opened["change"], "opened")
            self.assertEqual(opened["window"]["start"], "2026-01-15T14:55:00Z")
            self.assertLess(opened["at"], "2026-01-15T15:30:00Z")
            rest, errors = live.communicate(rows[188][30:] + "".join(rows[189:]))
            self.assertEqual(live.returncode, 0)
        closed = json.loads(rest)
        self.assertEqual((closed["change"], closed["window"]["end"]), ("closed", "2026-01-15T17:20:00Z"))
        self.assertIn("/dev/stdin:189: 2026-01-15T08:15:00Z", errors)
        self.assertIn("/dev/stdin:190: soon", errors)

    def test_followed_input_that_ends_in_an_incident_says_so(self):
        metrics = self.dir / "cut.csv"
        metrics.write_text("".join(self.five_minutes()[:200]))
        ran = oncall("detect", "--metrics", metrics, "--follow")
        self.assertRegex(ran.stdout, r"^2026-01-15T15:\d\d:00Z opened since 2026-01-15 14:55 UTC")
        self.assertIn("the incident has not", ran.stderr)
        self.assertEqual(oncall("detect", "--metrics", self.day() / "truth.json", "--follow").returncode, 2)

    def test_a_trailing_z_score_is_there_to_compare(self):
        metrics = self.day() / "metrics.csv"
        arguments = ("detect", "--metrics", metrics, "--trailing-z-score")
        flagged = json.loads(oncall(*arguments, "--json").stdout)["flagged"]
        p95 = max((s for s in flagged if s["metric"] == "p95_ms"), key=lambda s: s["samples"])
        # It learns the incident within minutes; that of the day lasts for 144.
        self.assertEqual(p95["first"], "2026-01-15T14:52:00Z")
        self.assertLess(p95["samples"], 15)
        self.assertIn("p95_ms", oncall(*arguments).stdout)


class Questions(Case):
    def test_sql_answers_as_table_and_as_json(self):
        day = self.day()
        query = "SELECT level, count(*) AS n FROM logs GROUP BY level ORDER BY n DESC"
        ran = oncall("sql", "--logs", day / "logs.csv", query)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertRegex(ran.stdout, r"^level +n\n")
        rows = json.loads(oncall("sql", "--logs", day / "logs.csv", "--json", query).stdout)["rows"]
        self.assertEqual(sum(row[1] for row in rows), 9000)

    def test_sql_that_writes_or_is_wrong_ends_with_2(self):
        logs = self.day() / "logs.csv"
        for query in ("DELETE FROM logs", "SELEC 1", "SELECT 1; SELECT 2", "ATTACH '/tmp/x' AS x"):
            self.assertEqual(oncall("sql", "--logs", logs, query).returncode, 2, query)

    def test_scan_ranks_the_errors_of_a_span(self):
        day = self.day()
        truth = json.loads((day / "truth.json").read_text())["window"]
        args = ["scan", "--logs", day / "logs.csv", "--from", truth["start"], "--to", truth["end"]]
        self.assertIn("DBConnPoolExhausted", oncall(*args).stdout)
        found = json.loads(oncall(*args, "--json").stdout)
        self.assertGreater(found["error_lines"], found["expected_error_lines"])

    def test_scan_counts_the_lines_of_a_span(self):
        day = self.day()
        truth = json.loads((day / "truth.json").read_text())["window"]
        args = ["scan", "--logs", day / "logs.csv", "--from", truth["start"], "--to", truth["end"], "--counts"]
        self.assertIn("DBConnPoolExhausted", oncall(*args).stdout)
        found = json.loads(oncall(*args, "--json").stdout)
        self.assertEqual(found["lines"], sum(row["lines"] for row in found["services"]))
        self.assertEqual(oncall("scan", "--logs", day / "logs.csv", "--counts").returncode, 2)
        logs = self.dir / "no_latency.csv"
        logs.write_text("ts,service,message\n2026-01-15T00:00:00Z,cart,hello\n2026-01-15T00:00:01Z,cart,bye\n")
        said = oncall("scan", "--logs", logs, "--from", "2026-01-15T00:00:00Z", "--to", "2026-01-16T00:00:00Z", "--counts")
        self.assertIn("2 lines\n", said.stdout)

    def test_scan_mines_any_csv_and_assigns_templates_in_order(self):
        file = self.dir / "app.csv"
        file.write_text("Id,Content\n1,took 5 ms\n2,all is well\n3,took 7 ms\n")
        args = ["scan", "--logs", file, "--message-column", "Content"]
        self.assertIn("took <duration>", oncall(*args).stdout.replace("took <int> ms", "took <duration>"))
        self.assertEqual(json.loads(oncall(*args, "--json").stdout)["templates"][0]["count"], 2)
        self.assertEqual(oncall(*args, "--assign").stdout, "0\n1\n0\n")
        self.assertEqual(oncall("scan", "--logs", file).returncode, 2)
        self.assertEqual(oncall(*args, "--assign", "--json").returncode, 2)
        self.assertEqual(oncall(*args, "--from", "2026-01-15T14:52:00Z").returncode, 2)


class Investigate(Case):
    def investigate(self, day, *args, **more):
        return oncall("investigate", *self.inputs(day), "--out", self.dir / "out", *args, **more)

    def check_report(self, verdict):
        out = self.dir / "out"
        self.assertEqual({f.name for f in out.iterdir()} - {"day"}, REPORT)
        document = json.loads((out / "postmortem.json").read_text())
        schema = json.loads(Path(SCHEMA).read_text())
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)
        self.assertEqual(document["verdict"], verdict)
        known = {e["id"] for e in document["evidence"]}
        self.check_citations(document, known)
        for line in (out / "trace.jsonl").read_text().splitlines():
            json.loads(line)
        return document

    def check_citations(self, value, known):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == "evidence" and isinstance(inner, list) and inner and isinstance(inner[0], str):
                    self.assertTrue(set(inner) <= known, inner)
                elif key != "result":
                    self.check_citations(inner, known)
        elif isinstance(value, list):
            for inner in value:
                self.check_citations(inner, known)

    def test_the_report_is_valid_and_right_on_several_days(self):
        for seed in (1, 2, 3, 42):
            day = self.day("--seed", seed)
            ran = self.investigate(day)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            cause = self.check_report("incident")["incidents"][0]["root_cause"]
            self.assertEqual((cause["service"], cause["mechanism"]),
                             ("db-proxy", "connection_pool_exhaustion"), seed)
            lines = ran.stdout.splitlines()
            self.assertTrue(0 < len(lines) <= 10, ran.stdout)

    def test_a_quiet_day_ends_with_0_and_a_report(self):
        ran = self.investigate(self.day("--quiet-day"))
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.check_report("no_incident")

    def test_two_incidents_are_both_told_in_order(self):
        day = self.day()
        metrics = day / "metrics.csv"
        lines = metrics.read_text().splitlines()
        head, rows = lines[0].split(","), [line.split(",") for line in lines[1:]]
        at = {name: i for i, name in enumerate(head)}
        for row in rows[240:300]:
            row[at["p95_ms"]] = str(float(row[at["p95_ms"]]) * 3)
            row[at["error_rate"]] = str(float(row[at["error_rate"]]) + 0.05)
        metrics.write_text("\n".join([",".join(r) for r in [head, *rows]]) + "\n")
        ran = self.investigate(day)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        incidents = self.check_report("incident")["incidents"]
        self.assertEqual(len(incidents), 2)
        self.assertLess(incidents[0]["window"]["start"], incidents[1]["window"]["start"])

    def test_json_prints_the_document_and_quiet_says_nothing(self):
        ran = self.investigate(self.day(), "--json", "--quiet")
        self.assertEqual(ran.stderr, "")
        self.assertEqual(ran.stdout, (self.dir / "out" / "postmortem.json").read_text())

    def test_a_second_report_replaces_the_first_and_nothing_else(self):
        day = self.day()
        self.investigate(day)
        (self.dir / "out" / "notes.txt").write_text("mine")
        (self.dir / "out" / "evidence.jsonl").write_text("of an interrupted run")
        self.assertEqual(self.investigate(day).returncode, 0)
        self.assertEqual({f.name for f in (self.dir / "out").iterdir()}, REPORT | {"notes.txt"})

    def test_an_output_that_is_no_directory_is_refused_before_the_work(self):
        (self.dir / "out").write_text("a file")
        ran = self.investigate(self.day())
        self.assertEqual(ran.returncode, 2)
        self.assertIn("directory", ran.stderr)

    def test_the_files_are_written_though_the_reader_leaves(self):
        day = self.day()
        command = " ".join([PROGRAM, "investigate", *map(str, self.inputs(day)), "--out", str(self.dir / "out"),
                            "--json", "2>&1", "|", "head", "-1"])
        ran = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60)
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.check_report("incident")

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w") as full:
            ran = subprocess.run([PROGRAM, "detect", "--metrics", str(self.day() / "metrics.csv")],
                                 stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("stdout", ran.stderr)


class Eval(Case):
    def test_a_few_cases_are_scored_as_table_and_as_json(self):
        done = oncall("eval", "--seeds", "5", "--scenario", "bad_deploy,harmless_surge", "--json",
                      self.dir / "scores.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"bad_deploy +1 ")
        self.assertIn("Quiet days: 100.0 of 100 points on 2 days", done.stdout)
        self.assertIn("3/3", done.stderr)
        scores = json.loads((self.dir / "scores.json").read_text())
        self.assertEqual([c["scenario"] for c in scores["cases"]], ["bad_deploy", "bad_deploy", "harmless_surge"])
        self.assertGreater(scores["faults"]["mean"]["points"], 90)

    def test_jobs_change_the_time_and_not_the_scores(self):
        def scores(jobs):
            file = self.dir / f"{jobs}.json"
            oncall("eval", "--seeds", "1..2", "--scenario", "one_region", "--jobs", jobs, "--json", file)
            return [(c["scenario"], c["seed"], c["quiet"], c["scored"]) for c in json.loads(file.read_text())["cases"]]

        self.assertEqual(scores(1), scores(3))

    def test_wrong_usage_names_what_is_expected(self):
        for args, expected in [(("--seeds", "9..1"), "1..20"), (("--seeds", "x"), "1..20"),
                               (("--seeds", "1..99999999"), "at most"),
                               (("--seeds", "1..18446744073709551616"), "1..20"),
                               (("--scenario", "nonsense"), "bad_deploy"), (("--scenario", ""), "bad_deploy"),
                               (("--jobs", "0"), "1 to 64"), (("--model", "nobody"), "rules")]:
            done = oncall("eval", *args)
            self.assertEqual((done.returncode, done.stdout), (2, ""), args)
            self.assertIn(expected, done.stderr, args)


class Verify(Case):
    def setUp(self):
        super().setUp()
        self.at = self.day()
        self.out = self.dir / "out"
        self.assertEqual(oncall("investigate", *self.inputs(self.at), "--out", self.out, "--quiet").returncode, 0)
        self.document = json.loads((self.out / "postmortem.json").read_text())

    def verify(self, *args, document=None):
        file = self.dir / "held.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document or self.document))
        return oncall("verify", file, *self.inputs(self.at), *args)

    def test_what_was_written_holds(self):
        ran = self.verify()
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertRegex(ran.stdout, r"^\d+ claims, 8 pieces of evidence, all hold\n$")

    def test_a_claim_that_does_not_hold_is_named_with_what_both_say(self):
        claim = self.document["incidents"][0]["summary"][1]
        claim["text"] = claim["text"].replace("7.42 %", "7.24 %")
        ran = self.verify()
        self.assertEqual(ran.returncode, 1)
        for part in ("incidents[0].summary[1].text (E7)", "the document says: ", "7.24 %", "the data say: ", "7.42 %"):
            self.assertIn(part, ran.stdout)

    def test_json_has_every_problem(self):
        self.document["evidence"][1]["result_digest"] = "0" * 64
        ran = self.verify("--json")
        self.assertEqual(ran.returncode, 1)
        outcome = json.loads(ran.stdout)
        self.assertFalse(outcome["holds"])
        self.assertEqual(outcome["problems"][0]["claim"], "evidence[1].result_digest")
        self.assertEqual(outcome["problems"][0]["evidence"], ["E2"])
        self.assertIn("incidents[0].window", outcome["problems"][0]["rested_on"])

    def test_a_file_that_was_changed_is_named(self):
        logs = self.at / "logs.csv"
        logs.write_text("".join(logs.read_text().splitlines(keepends=True)[:-1]))
        ran = self.verify()
        self.assertEqual(ran.returncode, 1)
        self.assertIn("logs.csv has 8999 rows", ran.stdout)

    def test_what_cannot_be_used_ends_with_2(self):
        for document in ("", "no JSON", "[]", "{}", json.dumps({**self.document, "schema_version": "2"})):
            ran = self.verify(document=document) if document else oncall("verify", "/dev/null", *self.inputs(self.at))
            self.assertEqual(ran.returncode, 2, document)
            self.assertEqual(ran.stdout, "")
            self.assertIn("oncall:", ran.stderr)
        self.assertEqual(oncall("verify", self.dir / "none.json", *self.inputs(self.at)).returncode, 2)
        missing = ["--metrics", self.dir / "none.csv", "--logs", self.at / "logs.csv"]
        self.assertEqual(oncall("verify", self.out / "postmortem.json", *missing).returncode, 2)

    def test_text_of_the_document_does_not_steer_the_terminal(self):
        self.document["incidents"][0]["title"] = "\x1b]0;owned\x07"
        self.document["evidence"][2]["result"]["\x1b[2J\n0 claims, all hold"] = 1
        ran = self.verify()
        self.assertEqual(ran.returncode, 1)
        self.assertNotIn(ESCAPE, ran.stdout)
        self.assertFalse(any(line.startswith("0 claims") for line in ran.stdout.splitlines()))


class Interrupt(Case):
    def test_an_interrupt_ends_with_130_and_what_was_found_is_written(self):
        day, out = self.day(), self.dir / "out"
        command = [PROGRAM, "investigate", *self.inputs(day), "--out", out, "--pace", "10000"]
        process = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertIn("coordinator", process.stderr.readline())  # the run has begun
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, stderr)
        self.assertIn("interrupted", stderr)
        self.assertIn("did not finish", (out / "summary.txt").read_text())
        self.assertIn("run_finished", (out / "trace.jsonl").read_text())

    def test_an_interrupt_after_the_detection_still_gives_a_postmortem(self):
        day, out = self.day(), self.dir / "out"
        command = [PROGRAM, "investigate", *self.inputs(day), "--out", out, "--pace", "400"]
        process = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while "detect_incident_window" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, stderr)
        document = json.loads((out / "postmortem.json").read_text())
        self.assertEqual(document["incidents"][0]["status"], "inconclusive")
        self.assertIn("did not finish", stdout)


class Terminal(Case):
    def on_terminal(self, *args, env=None):
        master, slave = pty.openpty()
        process = subprocess.Popen([PROGRAM, *map(str, args)], stdout=slave, stderr=slave,
                                   env={**os.environ, "TERM": "xterm", **(env or {})})
        os.close(slave)
        out = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            out += piece
        os.close(master)
        self.assertEqual(process.wait(timeout=60), 0)
        return out.decode()

    def test_colour_and_redrawing_only_on_a_terminal(self):
        args = ["demo", "--out", self.dir / "demo"]
        piped = oncall(*args)
        self.assertEqual(piped.returncode, 0, piped.stderr)
        self.assertNotIn(ESCAPE, piped.stdout + piped.stderr)
        self.assertIn(ESCAPE + "[1m", self.on_terminal(*args))

    def test_no_color_is_honoured(self):
        seen = self.on_terminal("demo", "--out", self.dir / "demo", env={"NO_COLOR": "1"})
        self.assertIsNone(re.search(r"\x1b\[\d*m", seen))

    def test_the_tree_shows_agents_tools_and_durations(self):
        shown = oncall("demo", "--out", self.dir / "demo").stderr
        for text in ("coordinator", "├─ load_inputs", "├─ profiler_specialist", "│  ├─ detect_incident_window",
                     "│  ├─ draft_postmortem", "└─ done", " ms"):
            self.assertIn(text, shown)


class Demo(Case):
    def test_the_demo_writes_day_and_report(self):
        ran = oncall("demo", cwd=self.dir)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        out = self.dir / "oncall-demo"
        self.assertEqual({f.name for f in out.iterdir()}, REPORT | {"day"})
        self.assertTrue((out / "day" / "truth.json").exists())

    def test_the_same_seed_gives_the_same_day(self):
        texts = []
        for name in ("a", "b"):
            oncall("generate", "--seed", 9, "--out", self.dir / name)
            texts.append({f.name: f.read_bytes() for f in (self.dir / name).iterdir()})
        self.assertEqual(texts[0], texts[1])


class Models(Case):
    KEY = "sk-marked-key-0123456789abcdef"

    def investigate(self, day, *args):
        return oncall("investigate", "--metrics", day / "metrics.csv", "--logs", day / "logs.csv",
                      "--out", self.dir / "out", "--quiet", *args, env={"ONCALL_API_KEY": self.KEY})

    def notes(self):
        return json.loads((self.dir / "out" / "postmortem.json").read_text())["data_quality"]["notes"]

    def no_key_in(self, done):
        for text in [done.stdout, done.stderr] + [f.read_text() for f in self.dir.rglob("*") if f.is_file()]:
            self.assertNotIn(self.KEY, text)

    def test_a_model_that_is_none_is_refused_with_what_is_expected(self):
        done = self.investigate(self.dir, "--model", "gpt-5")
        self.assertEqual(done.returncode, 2)
        self.assertIn("openai:NAME", done.stderr)

    def test_a_model_without_its_key_is_refused_before_the_work(self):
        day = self.day()
        done = oncall("investigate", "--metrics", day / "metrics.csv", "--logs", day / "logs.csv", "--out",
                      self.dir / "out", "--model", "openai:gpt-5", env={"OPENAI_API_KEY": ""})
        self.assertEqual(done.returncode, 2)
        self.assertIn("OPENAI_API_KEY", done.stderr)

    def test_rules_take_over_where_the_model_refuses_and_the_report_says_so(self):
        with ModelServer(lambda request: 401) as server:
            done = self.investigate(self.day(), "--model", server.address, "--fallback", "rules")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(len(server.requests), 1)
            path, headers, _ = server.requests[0]
        self.assertEqual(path, "/v1/chat/completions")
        self.assertEqual(headers["Authorization"], f"Bearer {self.KEY}")
        self.assertTrue(any(note.startswith("Rules decided") and "did not finish" in note for note in self.notes()))
        self.no_key_in(done)

    def test_neither_the_key_nor_a_secret_of_the_logs_is_written_anywhere(self):
        day = self.day()
        secret = "AKIA" + "MARKEDSECRET0001"
        with open(day / "logs.csv") as logs:
            names = logs.readline().strip().split(",")
        row = {"ts": "2026-01-15T15:00:00Z", "service": "web", "level": "ERROR",
               "message": f"call with {self.KEY} and {secret} failed password=canary99x"}
        with open(day / "logs.csv", "a") as logs:
            logs.write(",".join(row.get(name, "") for name in names) + "\n")
            logs.write(f"broken,{secret}\n")
        seen = []

        def reply(request):
            seen.append(json.dumps(request))
            calls = [("load_inputs", "{}"), ("sql_investigate", json.dumps({"query": "SELECT message FROM logs WHERE message LIKE '%password%'"}))]
            name, arguments = calls[min(len(seen), 2) - 1]
            offered = [t["function"]["name"] for t in request.get("tools", [])]
            if len(seen) <= 2 and name in offered:
                return {"content": None, "tool_calls": [{"id": f"c{len(seen)}", "type": "function",
                                                         "function": {"name": name, "arguments": arguments}}]}
            return {"content": f"The key is {self.KEY}"}

        with ModelServer(reply) as server:
            done = oncall("investigate", "--metrics", day / "metrics.csv", "--logs", day / "logs.csv", "--out",
                          self.dir / "out", "--model", server.address, "--record", self.dir / "cassette.json",
                          "--fallback", "rules", env={"ONCALL_API_KEY": self.KEY})
        self.assertEqual(done.returncode, 0, done.stderr)
        written = [f.read_text() for f in self.dir.rglob("*") if f.is_file() and f.parent != day]
        self.assertGreater(len(written), 5)
        for text in [done.stdout, done.stderr] + written + seen:
            for hidden in (self.KEY, secret, "canary99x"):
                self.assertNotIn(hidden, text)
        quality = json.loads((self.dir / "out" / "postmortem.json").read_text())["data_quality"]
        self.assertGreaterEqual(quality["redactions"], 3)

    def test_rules_take_over_from_a_model_that_talks_nonsense(self):
        with ModelServer(lambda request: {"content": "All is well. Trust me."}) as server:
            done = self.investigate(self.day(), "--model", server.address, "--fallback", "rules")
            self.assertGreater(len(server.requests), 0)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(any(note.startswith("Rules decided") for note in self.notes()))

    def test_without_a_fallback_the_run_fails_and_says_why(self):
        with ModelServer(lambda request: 401) as server:
            done = self.investigate(self.day(), "--model", server.address)
        self.assertEqual(done.returncode, 1)
        self.assertIn("401", done.stderr)
        self.no_key_in(done)

    def test_what_was_recorded_is_replayed_without_a_server(self):
        day = self.day()
        with ModelServer(lambda request: {"content": "All is well. Trust me."}) as server:
            recorded = self.investigate(day, "--model", server.address, "--record", self.dir / "cassette.json")
        replayed = self.investigate(day, "--replay", self.dir / "cassette.json")
        self.assertEqual(recorded.returncode, 1)
        self.assertEqual(replayed.returncode, 1)
        self.assertEqual(recorded.stdout, replayed.stdout)
        self.assertNotIn("unrecorded", replayed.stderr)
        self.no_key_in(recorded)

    def check(self, *args):
        return oncall("models", "check", *args, env={"ONCALL_API_KEY": self.KEY})

    @staticmethod
    def adding(arguments):
        def reply(request):
            last = request["messages"][-1]
            if last["role"] == "tool":
                return {"content": f"The sum is {last['content']}."}
            return {"tool_calls": [{"id": "c1", "type": "function",
                                    "function": {"name": request["tools"][0]["function"]["name"],
                                                 "arguments": arguments}}]}
        return reply

    def test_a_check_tells_that_a_model_can_be_used(self):
        with ModelServer(self.adding('{"a":17,"b":25}')) as server:
            done = self.check("--model", server.address)
            self.assertEqual(len(server.requests), 2)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("An investigation can use it.", done.stdout)
        self.assertIn("20 in and 10 out", done.stdout)
        self.no_key_in(done)

    def test_a_check_tells_what_a_model_cannot_do(self):
        with ModelServer(lambda request: {"content": "I would add them."}) as server:
            done = self.check("--model", server.address, "--json")
        self.assertEqual(done.returncode, 1)
        found = json.loads(done.stdout)
        self.assertEqual((found["answers"], found["calls_tools"], found["usable"]), (True, False, False))
        self.assertIn("I would add them.", found["problem"])
        with ModelServer(self.adding('{"a":"17"}')) as server:
            done = self.check("--model", server.address)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"with arguments that fit +no")
        self.assertIn("expected an integer", done.stdout)

    def test_a_check_of_a_server_that_refuses_says_why(self):
        with ModelServer(lambda request: 401) as server:
            done = self.check("--model", server.address)
        self.assertEqual(done.returncode, 1)
        self.assertIn("401", done.stdout)
        self.no_key_in(done)
        self.assertEqual(self.check("--model", "rules").returncode, 2)
        self.assertIn("oncall models check --help", self.check().stderr)


if __name__ == "__main__":
    PROGRAM, SCHEMA = map(os.path.abspath, sys.argv[1:3])
    unittest.main(argv=sys.argv[:1])
