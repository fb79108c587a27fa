"""The on-call team written in Haystack, with the work of the tutorial's notebook behind its tools: pandas and sqlite3.

    oncall_haystack.py oncall DAY SCRIPT   one investigation, as a whole process; prints its answers and its peak
    oncall_haystack.py serve DAY SCRIPT    takes orders, `oncall 1 RUNS` a line, and says their CPU time

The same as in stook's team: three agents, their instructions, the tools by name and argument, what is kept in state,
what the model says (SCRIPT), and what the tools answer of rows, counts and SQL. The delegations are Haystack's
AgentTool, which takes the task as one user message: the arguments of stook's call are its text. Not the same: stook's
tools validate their arguments, mask secrets, look for instructions in the logs, compare with the quiet part of the day,
rank causes, record evidence, lock the database down, check each claim of the finding and of the postmortem, and
run every query of it again at the end; these do none of it.

Agent.run without async is Haystack's fastest way; the agents are made once. Telemetry is off by its switch.
"""

import json
import os
import sqlite3
import sys
import time

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

import numpy as np
import pandas as pd
from haystack import component
from haystack.components.agents import Agent, State
from haystack.dataclasses import ChatMessage, ToolCall
from haystack.hooks import hook
from haystack.tools import AgentTool, Tool

import notebook
from peak import peak_kib

INPUTS = ("metrics", "logs", "events", "topology")
# What may be done against a cause, by its mechanism.
ACTIONS = {
    "connection_pool_exhaustion": ["Raise the connection pool within the limit of the database",
                                   "Restart the instances that hold leaked connections",
                                   "Shed the load of the callers that retry most"],
    "lock_contention": ["End the longest transaction", "Lower the concurrency of writers"],
}
OTHERWISE = ["Roll back the last change", "Shed load", "Fail over to another region"]


class Investigation:
    """What the tools of one investigation work on, as the notebook has it in globals."""

    def __init__(self, day):
        self.day = day
        self.tables = {}
        self.con = None
        self.answered = []  # (tool, result)

    def answer(self, tool, result):
        self.answered.append((tool, result))
        return result


now = None  # the investigation


def load_inputs():
    now.tables = notebook.load(now.day, *INPUTS)
    now.con = sqlite3.connect(":memory:", check_same_thread=False)  # tools run in a pool of threads
    schema = []
    for name, table in now.tables.items():
        if "ts" in table:  # text that compares as time
            ts = table["ts"].dt.tz_localize(None).to_numpy("datetime64[s]")
            # In a tenth of the time of dt.strftime.
            table = table.assign(ts=np.datetime_as_string(ts, unit="s", timezone="UTC"))
        now.con.execute(f"CREATE TABLE {name} ({', '.join(table.columns)})")
        marks = ", ".join("?" * len(table.columns))
        now.con.executemany(f"INSERT INTO {name} VALUES ({marks})", table.itertuples(index=False, name=None))
        schema.append(f"{name}({', '.join(table.columns)})")
    rows = {name: len(table) for name, table in now.tables.items()}
    return now.answer("load_inputs", {"rows": rows, "tables": schema})


def detect_incident_window():
    window = notebook.detect(now.tables["metrics"])
    found = window and [at.isoformat() for at in window]
    return now.answer("detect_incident_window", {"found": window is not None, "window": found})


def log_pattern_scan(**span):  # `from` is a word of Python
    result = notebook.scan(now.tables["logs"], pd.Timestamp(span["from"]), pd.Timestamp(span["to"]))
    return now.answer("log_pattern_scan", result)


def sql_investigate(query, limit=50):
    found = now.con.execute(query)
    rows = [list(row) for row in found.fetchmany(limit)]
    return now.answer("sql_investigate", {"columns": [c[0] for c in found.description], "rows": rows})


def propose_mitigations(finding):
    actions = [{"start": incident["start"], "actions": ACTIONS.get(incident["hypothesis"]["mechanism"], OTHERWISE)}
               for incident in finding["incidents"]]
    return now.answer("propose_mitigations", {"incidents": actions})


def draft_postmortem(finding, mitigations):
    incidents = []
    for incident, proposed in zip(finding["incidents"], mitigations["incidents"]):
        window = notebook.within(now.tables["metrics"], pd.Timestamp(incident["start"]), pd.Timestamp(incident["end"]))
        incidents.append({
            "start": incident["start"], "end": incident["end"],
            "cause": incident["hypothesis"]["statement"], "confidence": incident["confidence"],
            "symptoms": incident["symptoms"], "key_facts": incident["key_facts"],
            "contributors": incident["top_contributors"], "alternatives": incident["alternatives"],
            "impact": {"failed_requests": float((window["rps"] * window["error_rate"]).sum() * 60),
                       "p95_ms_max": float(window["p95_ms"].max())},
            "actions": proposed["actions"]})
    return now.answer("draft_postmortem", {"verdict": finding["verdict"], "incidents": incidents})


def tool(function, description, parameters=None, required=(), **state):
    schema = {"type": "object", "properties": parameters or {}, "required": list(required)}
    return Tool(name=function.__name__, description=description, parameters=schema, function=function, **state)


@component
class Script:
    """A chat generator that says its replies in turn; which turn it is, the conversation tells."""

    def __init__(self, agent, replies):
        self.replies = [
            ChatMessage.from_assistant(
                reply["text"] or None,
                tool_calls=[ToolCall(tool_name=call["name"], arguments=as_haystack(call), id=f"{agent}_{turn}_{n}")
                            for n, call in enumerate(reply["calls"])] or None)
            for turn, reply in enumerate(replies)]

    @component.output_types(replies=list[ChatMessage])
    def run(self, messages: list[ChatMessage], tools=None, streaming_callback=None):
        turn = sum(message.role == "assistant" for message in messages)
        return {"replies": [self.replies[turn]]}


def as_haystack(call):
    if not call["name"].endswith("_specialist"):
        return call["arguments"]
    return {"messages": [{"role": "user", "content": json.dumps(call["arguments"])}]}


def as_stook(call):
    if not call.tool_name.endswith("_specialist"):
        return call.arguments
    return json.loads(call.arguments["messages"][0]["content"])


def make_team(script, calls=None):
    """The coordinator. Its agents' calls of tools go into the list `calls`, if there is one."""

    def agent(name, tools, **options):
        @hook
        def note(state: State) -> None:
            for call in state.data["messages"][-1].tool_calls:
                calls.append({"agent": name, "tool": call.tool_name, "arguments": as_stook(call)})

        made = script["agents"][name]
        return Agent(chat_generator=Script(name, made["replies"]), tools=tools, system_prompt=made["instructions"],
                     raise_on_tool_invocation_failure=True,
                     hooks={"before_tool": [note]} if calls is not None else None, **options)

    text, number = {"type": "string"}, {"type": "integer"}
    profiler = agent("profiler", [
        tool(detect_incident_window, "Find when the metrics were not normal."),
        tool(log_pattern_scan, "Count the errors of a window.", {"from": text, "to": text}, ["from", "to"]),
        tool(sql_investigate, "Ask one SELECT in SQLite's SQL.", {"query": text, "limit": number}, ["query"])])
    given = {"finding": "finding", "mitigations": "mitigations"}
    writer = agent("writer",
                   [tool(draft_postmortem, "Make the postmortem.", inputs_from_state=given,
                         outputs_to_state={"postmortem": {}})],
                   exit_conditions=["draft_postmortem"],
                   state_schema={name: {"type": dict} for name in ("finding", "mitigations", "postmortem")})
    return agent("coordinator", [
        tool(load_inputs, "Load the telemetry of this investigation."),
        AgentTool(profiler, name="profiler_specialist", description="Establishes what happened and proves it.",
                  outputs_to_state={"finding": {"source": "last_message", "handler": read_finding}}),
        tool(propose_mitigations, "Look up what helps.", inputs_from_state={"finding": "finding"},
             outputs_to_state={"mitigations": {}}),
        AgentTool(writer, name="postmortem_writer_specialist", description="Turns the finding into the postmortem.",
                  inputs_from_state=given, outputs_to_state={"postmortem": {"source": "postmortem"}})],
        state_schema={name: {"type": dict} for name in ("finding", "mitigations", "postmortem")})


def read_finding(_, message):
    return json.loads(message.text)


def investigate(team, day, script):
    global now
    now = Investigation(day)
    result = team.run(messages=[ChatMessage.from_user(script["task"])])
    text = result["last_message"].text
    if text != script["agents"]["coordinator"]["replies"][-1]["text"] or not result["postmortem"]["incidents"]:
        raise RuntimeError(f"the investigation did not end as scripted, but by {result['exit_reason']}: {text}")
    json.dumps(result["postmortem"], indent=1)  # as it would be written
    return text


def answers(calls, text):
    scan = next(result for tool, result in now.answered if tool == "log_pattern_scan")
    return {
        "calls": calls,
        "rows": next(result for tool, result in now.answered if tool == "load_inputs")["rows"],
        "lines": scan["lines"],
        "error_lines": scan["error_lines"],
        "counts": scan["counts"],
        "queries": [result["rows"] for tool, result in now.answered if tool == "sql_investigate"],
        "text": text,
    }


def serve(team, day, script):
    for line in sys.stdin:
        try:
            begin = time.process_time()
            for _ in range(int(line.split()[2])):
                investigate(team, day, script)
            result = {"cpu_seconds": time.process_time() - begin}
        except Exception as why:  # said to `run`, which names it
            result = {"error": f"{type(why).__name__}: {why}"}
        print(json.dumps(result), flush=True)


def main(work, day, script):
    with open(script) as file:
        script = json.load(file)
    if work == "serve":
        serve(make_team(script), day, script)
    else:
        calls = []
        text = investigate(make_team(script, calls), day, script)
        print(json.dumps(answers(calls, text) | {"peak_kib": peak_kib()}))


main(*sys.argv[1:])
