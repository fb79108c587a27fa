// Vercel's AI SDK against a chat server: generateText with its provider for servers that speak as OpenAI's does.

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, tool } from 'ai';
import { z } from 'zod';
import { SYSTEM, USER, add, serve } from './worker.mjs';

const server = createOpenAICompatible({ name: 'server', baseURL: process.env.BENCH_BASE_URL, apiKey: 'sk-test' });

const tools = {
  add: tool({
    description: 'Adds two numbers.',
    inputSchema: z.object({ a: z.number().int().min(0), b: z.number().int().min(0) }),
    execute: (pair) => add(pair),
  }),
};

async function run() {
  const result = await generateText({
    model: server('m'), tools, system: SYSTEM, prompt: USER, stopWhen: isStepCount(1000),
  });
  return result.text;
}

await serve({ run });
