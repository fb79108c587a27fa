"""LangGraph: create_react_agent with a chat model of our own; invoke without async is its fastest way."""

import asyncio
import os

os.environ["LANGSMITH_TRACING"] = "false"
os.environ["LANGCHAIN_TRACING_V2"] = "false"

import warnings

warnings.simplefilter("ignore")  # says that the function will move to another package

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.graph import END, START, StateGraph
from langgraph.prebuilt import create_react_agent
from typing_extensions import TypedDict

import worker


@tool
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return worker.add(a, b)


@tool("add")
async def add_async(a: int, b: int) -> int:
    """Adds two numbers."""
    return worker.add(a, b)


class Script(BaseChatModel):
    @property
    def _llm_type(self):
        return "script"

    def bind_tools(self, tools, **_):
        return self

    def _generate(self, messages, stop=None, run_manager=None, **_):
        step = (len(messages) - 2) // 2
        if step == worker.wanted:
            reply = AIMessage(worker.FINAL)
        else:
            reply = AIMessage("", tool_calls=[{"name": "add", "args": {"a": step, "b": 2}, "id": f"call_{step}"}])
        return ChatResult(generations=[ChatGeneration(message=reply)])

    async def _agenerate(self, messages, stop=None, run_manager=None, **_):
        if worker.delay:
            await asyncio.sleep(worker.delay)
        return self._generate(messages)


agent = create_react_agent(Script(), [add], prompt=worker.SYSTEM)
agent_async = create_react_agent(Script(), [add_async], prompt=worker.SYSTEM)
user = {"messages": [HumanMessage(worker.USER)]}
limit = {"recursion_limit": 10_000}


def run():
    return agent.invoke(user, limit)["messages"][-1].content


async def run_async():
    return (await agent_async.ainvoke(user, limit))["messages"][-1].content


class Value(TypedDict):
    value: int


def make_chain(nodes):
    graph = StateGraph(Value)
    for n in range(nodes):
        graph.add_node(f"n{n}", lambda state: {"value": state["value"] + 1})
        graph.add_edge(f"n{n - 1}" if n else START, f"n{n}")
    graph.add_edge(f"n{nodes - 1}", END)
    made = graph.compile()
    return lambda: made.invoke({"value": 1}, limit)["value"]


worker.serve(run, run_async, make_chain)
