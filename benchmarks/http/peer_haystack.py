"""Haystack against a chat server: Agent with its OpenAIChatGenerator, which asks by OpenAI's own client."""

import asyncio
import os
from typing import Annotated

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import tool
from haystack.utils import Secret

import worker


@tool
def add(a: Annotated[int, "First number"], b: Annotated[int, "Second number"]) -> int:
    """Adds two numbers."""
    return worker.add(a, b)


user = [ChatMessage.from_user(worker.USER)]
loops = {}  # its client keeps the connections of the event loop that opened them


def agent():
    loop = asyncio.get_running_loop()
    if loop not in loops:
        generator = OpenAIChatGenerator(model="m", api_key=Secret.from_token("sk-test"),
                                        api_base_url=os.environ["BENCH_BASE_URL"], timeout=120)
        loops[loop] = Agent(chat_generator=generator, tools=[add], system_prompt=worker.SYSTEM, max_agent_steps=1000,
                            raise_on_tool_invocation_failure=True)
    return loops[loop]


async def run_async():
    return (await agent().run_async(messages=user))["last_message"].text


worker.serve(None, run_async)
