"""Pydantic AI: Agent with a model of our own, on one event loop that stays; run_sync adds the loop's start.

Its FunctionModel for tests counts the tokens of the whole conversation in each call, so this is faster.
Instrumentation is off by default.
"""

import asyncio

from pydantic_ai import Agent
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model
from pydantic_ai.usage import UsageLimits

import worker


class Script(Model):
    @property
    def model_name(self):
        return "script"

    @property
    def system(self):
        return "script"

    async def request(self, messages, model_settings, model_request_parameters):
        if worker.delay:
            await asyncio.sleep(worker.delay)
        step = (len(messages) - 1) // 2
        if step == worker.wanted:
            return ModelResponse(parts=[TextPart(worker.FINAL)])
        return ModelResponse(parts=[ToolCallPart("add", f'{{"a":{step},"b":2}}', tool_call_id=f"call_{step}")])


agent = Agent(Script(), instructions=worker.SYSTEM)
unlimited = UsageLimits(request_limit=None)


# A coroutine, since a plain function goes to a thread.
@agent.tool_plain
async def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return worker.add(a, b)


async def run_async():
    return (await agent.run(worker.USER, usage_limits=unlimited)).output


loop = asyncio.new_event_loop()
worker.serve(lambda: loop.run_until_complete(run_async()), run_async)
