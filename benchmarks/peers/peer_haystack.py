"""Haystack: Agent with a chat generator of our own, as its documentation describes one; Pipeline.

Agent.run without async is its fastest way. Telemetry is off by its switch, tracing by default.
"""

import asyncio
import os
from typing import Annotated

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

from haystack import Pipeline, component
from haystack.components.agents import Agent
from haystack.dataclasses import ChatMessage, ToolCall
from haystack.tools import tool

import worker


@tool
def add(a: Annotated[int, "First number"], b: Annotated[int, "Second number"]) -> int:
    """Adds two numbers."""
    return worker.add(a, b)


def answer(messages):
    step = (len(messages) - 2) // 2
    if step == worker.wanted:
        return {"replies": [ChatMessage.from_assistant(worker.FINAL)]}
    call = ToolCall(tool_name="add", arguments={"a": step, "b": 2}, id=f"call_{step}")
    return {"replies": [ChatMessage.from_assistant(tool_calls=[call])]}


@component
class Script:
    @component.output_types(replies=list[ChatMessage])
    def run(self, messages: list[ChatMessage], tools=None, streaming_callback=None):
        return answer(messages)

    @component.output_types(replies=list[ChatMessage])
    async def run_async(self, messages: list[ChatMessage], tools=None, streaming_callback=None):
        if worker.delay:
            await asyncio.sleep(worker.delay)
        return answer(messages)


agent = Agent(chat_generator=Script(), tools=[add], system_prompt=worker.SYSTEM, max_agent_steps=1000,
              raise_on_tool_invocation_failure=True)
user = [ChatMessage.from_user(worker.USER)]


def run():
    return agent.run(messages=user)["last_message"].text


async def run_async():
    return (await agent.run_async(messages=user))["last_message"].text


@component
class Increment:
    @component.output_types(value=int)
    def run(self, value: int):
        return {"value": value + 1}


def make_chain(nodes):
    pipeline = Pipeline()
    for n in range(nodes):
        pipeline.add_component(f"n{n:04}", Increment())
        if n:
            pipeline.connect(f"n{n - 1:04}.value", f"n{n:04}.value")
    data, last = {"n0000": {"value": 1}}, f"n{nodes - 1:04}"
    return lambda: pipeline.run(data)[last]["value"]


worker.serve(run, run_async, make_chain)
