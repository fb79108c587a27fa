"""smolagents: ToolCallingAgent with a model of our own, its logs off. A run ends by its tool final_answer.

It has no run that can be awaited.
"""

from smolagents import LogLevel, Model, ToolCallingAgent, tool
from smolagents.models import ChatMessage, ChatMessageToolCall, ChatMessageToolCallFunction, MessageRole

import worker


@tool
def add(a: int, b: int) -> int:
    """Adds two numbers.

    Args:
        a: First number
        b: Second number
    """
    return worker.add(a, b)


class Script(Model):
    def __init__(self):
        super().__init__(model_id="script")
        self.step = 0

    def generate(self, messages, **_):
        if self.step == worker.wanted:
            name, arguments = "final_answer", {"answer": worker.FINAL}
        else:
            name, arguments = "add", {"a": self.step, "b": 2}
        call = ChatMessageToolCall(id=f"call_{self.step}", type="function",
                                   function=ChatMessageToolCallFunction(name=name, arguments=arguments))
        self.step += 1
        return ChatMessage(role=MessageRole.ASSISTANT, content="", tool_calls=[call])


model = Script()
agent = ToolCallingAgent(tools=[add], model=model, instructions=worker.SYSTEM, max_steps=1000,
                         verbosity_level=LogLevel.OFF, max_tool_threads=1)


def run():
    model.step = 0
    return agent.run(worker.USER)


worker.serve(run)
