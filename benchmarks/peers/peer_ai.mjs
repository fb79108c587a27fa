// Vercel's AI SDK: generateText with a model of our own and a zod schema. Its MockLanguageModelV4 keeps every call
// for ever, so a plain object does the same. Telemetry is off by default.

import { generateText, isStepCount, tool } from 'ai';
import { z } from 'zod';
import { FINAL, SYSTEM, USER, add, argumentsOf, idOf, pause, serve, state } from './worker.mjs';

const usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

const model = {
  specificationVersion: 'v4',
  provider: 'script',
  modelId: 'script',
  supportedUrls: {},
  async doGenerate({ prompt }) {
    if (state.delay) await pause();
    const step = (prompt.length - 2) / 2;
    if (step === state.wanted) {
      const content = [{ type: 'text', text: FINAL }];
      return { content, finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] };
    }
    const content = [{ type: 'tool-call', toolCallId: idOf(step), toolName: 'add', input: argumentsOf(step) }];
    return { content, finishReason: { unified: 'tool-calls', raw: 'tool_calls' }, usage, warnings: [] };
  },
};

const tools = {
  add: tool({
    description: 'Adds two numbers.',
    inputSchema: z.object({ a: z.number().int().min(0), b: z.number().int().min(0) }),
    execute: (pair) => add(pair),
  }),
};

async function run() {
  const result = await generateText({ model, tools, system: SYSTEM, prompt: USER, stopWhen: isStepCount(1000) });
  return result.text;
}

await serve({ run });
