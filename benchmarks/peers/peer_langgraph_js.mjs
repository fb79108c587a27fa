// LangGraph.js: createReactAgent with a chat model of our own, and a StateGraph; tracing is off.

process.env.LANGSMITH_TRACING = 'false';

const { BaseChatModel } = await import('@langchain/core/language_models/chat_models');
const { AIMessage, HumanMessage } = await import('@langchain/core/messages');
const { tool } = await import('@langchain/core/tools');
const { Annotation, END, START, StateGraph } = await import('@langchain/langgraph');
const { createReactAgent } = await import('@langchain/langgraph/prebuilt');
const { z } = await import('zod');
const { FINAL, SYSTEM, USER, add, idOf, pause, serve, state } = await import('./worker.mjs');

class Script extends BaseChatModel {
  _llmType() {
    return 'script';
  }
  bindTools() {
    return this;
  }
  async _generate(messages) {
    if (state.delay) await pause();
    const step = (messages.length - 2) / 2;
    const message =
      step === state.wanted
        ? new AIMessage(FINAL)
        : new AIMessage({ content: '', tool_calls: [{ name: 'add', args: { a: step, b: 2 }, id: idOf(step) }] });
    return { generations: [{ text: message.text, message }] };
  }
}

const adds = tool((pair) => String(add(pair)), {
  name: 'add',
  description: 'Adds two numbers.',
  schema: z.object({ a: z.number().int().min(0), b: z.number().int().min(0) }),
});
const agent = createReactAgent({ llm: new Script({}), tools: [adds], prompt: SYSTEM });
const limit = { recursionLimit: 10_000 };

async function run() {
  const result = await agent.invoke({ messages: [new HumanMessage(USER)] }, limit);
  return result.messages.at(-1).content;
}

function makeChain(nodes) {
  const graph = new StateGraph(Annotation.Root({ value: Annotation() }));
  for (let n = 0; n < nodes; ++n) {
    graph.addNode(`n${n}`, (at) => ({ value: at.value + 1 }));
    graph.addEdge(n ? `n${n - 1}` : START, `n${n}`);
  }
  graph.addEdge(`n${nodes - 1}`, END);
  const made = graph.compile();
  return async () => (await made.invoke({ value: 1 }, limit)).value;
}

await serve({ run, makeChain });
