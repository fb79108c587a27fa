// Mastra: Agent.generate with a model of our own, given as the AI SDK's models are, and a zod schema.
// Telemetry is off where nobody configures it; its collector of usage by its switch.

process.env.MASTRA_TELEMETRY_DISABLED = '1';

const { Agent } = await import('@mastra/core/agent');
const { createTool } = await import('@mastra/core/tools');
const { z } = await import('zod');
const { FINAL, SYSTEM, USER, add, argumentsOf, idOf, pause, serve, state } = await import('./worker.mjs');

const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

const answer = (prompt) => {
  const step = prompt.filter((message) => message.role === 'tool').length;
  return step === state.wanted
    ? { content: [{ type: 'text', text: FINAL }], finishReason: 'stop' }
    : {
        content: [{ type: 'tool-call', toolCallId: idOf(step), toolName: 'add', input: argumentsOf(step) }],
        finishReason: 'tool-calls',
      };
};

const model = {
  specificationVersion: 'v2',
  provider: 'script',
  modelId: 'script',
  supportedUrls: {},
  async doGenerate({ prompt }) {
    if (state.delay) await pause();
    return { ...answer(prompt), usage, warnings: [] };
  },
  async doStream({ prompt }) {
    if (state.delay) await pause();
    const { content, finishReason } = answer(prompt);
    const parts = [{ type: 'stream-start', warnings: [] }];
    for (const part of content) {
      if (part.type !== 'text') parts.push(part);
      else parts.push({ type: 'text-start', id: 't' }, { type: 'text-delta', id: 't', delta: part.text }, { type: 'text-end', id: 't' });
    }
    parts.push({ type: 'finish', finishReason, usage });
    return { stream: ReadableStream.from(parts) };
  },
};

const adds = createTool({
  id: 'add',
  description: 'Adds two numbers.',
  inputSchema: z.object({ a: z.number().int().min(0), b: z.number().int().min(0) }),
  execute: async (input) => add(input.context ?? input),
});
const agent = new Agent({ id: 'adder', name: 'adder', instructions: SYSTEM, model, tools: { add: adds } });

await serve({ run: async () => (await agent.generate(USER, { maxSteps: 1000 })).text });
