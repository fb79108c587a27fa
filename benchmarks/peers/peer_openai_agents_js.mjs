// OpenAI's Agents SDK for JavaScript: run with a model of our own and a zod schema; tracing is off.

import { Agent, Runner, Usage, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';
import { FINAL, SYSTEM, USER, add, argumentsOf, idOf, pause, serve, state } from './worker.mjs';

setTracingDisabled(true);

const model = {
  async getResponse({ input }) {
    if (state.delay) await pause();
    const step = Array.isArray(input) ? (input.length - 1) / 2 : 0;
    const item =
      step === state.wanted
        ? { type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: FINAL }] }
        : { type: 'function_call', callId: idOf(step), name: 'add', status: 'completed', arguments: argumentsOf(step) };
    return { usage: new Usage(), output: [item] };
  },
  getStreamedResponse() {
    throw new Error('this model does not stream');
  },
};

const adds = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: z.object({ a: z.number().int().min(0), b: z.number().int().min(0) }),
  execute: (pair) => String(add(pair)),
});
const agent = new Agent({ name: 'adder', instructions: SYSTEM, model, tools: [adds] });
const runner = new Runner({ tracingDisabled: true });

await serve({ run: async () => (await runner.run(agent, USER, { maxTurns: 1000 })).finalOutput });
