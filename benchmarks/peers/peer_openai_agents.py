"""OpenAI Agents SDK: Runner.run with a model of our own on one event loop that stays; tracing is off.

run_sync does the same and adds the loop's start.
"""

import asyncio

from agents import Agent, Model, ModelResponse, RunConfig, Runner, Usage, function_tool, set_tracing_disabled
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

import worker

set_tracing_disabled(True)


# A coroutine, since a plain function goes to a thread.
@function_tool
async def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return worker.add(a, b)


class Script(Model):
    async def get_response(self, system_instructions, input, *_, **__):
        if worker.delay:
            await asyncio.sleep(worker.delay)
        step = (len(input) - 1) // 2 if isinstance(input, list) else 0
        if step == worker.wanted:
            text = ResponseOutputText(text=worker.FINAL, type="output_text", annotations=[])
            item = ResponseOutputMessage(id="m", type="message", role="assistant", content=[text], status="completed")
        else:
            item = ResponseFunctionToolCall(id=f"f{step}", call_id=f"call_{step}", type="function_call", name="add",
                                            arguments=f'{{"a":{step},"b":2}}')
        return ModelResponse(output=[item], usage=Usage(), response_id=None)

    def stream_response(self, *_, **__):
        raise RuntimeError("this model does not stream")


agent = Agent(name="adder", instructions=worker.SYSTEM, model=Script(), tools=[add])
untraced = RunConfig(tracing_disabled=True)


async def run_async():
    return (await Runner.run(agent, worker.USER, max_turns=1000, run_config=untraced)).final_output


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
worker.serve(lambda: loop.run_until_complete(run_async()), run_async)
