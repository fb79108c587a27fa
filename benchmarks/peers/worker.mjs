// What every JavaScript peer shares: the workload, and the loop that takes orders from `run`; see worker.py.

import fs from 'node:fs';
import readline from 'node:readline';

// As in benchmarks/agent_step/workload.hpp.
export const SYSTEM =
  'You are a careful assistant. You add numbers with the tool, one pair at a time, and then you report the sum.';
export const USER = 'Please add the numbers of the list, pair by pair, and tell me the sum';
export const FINAL = 'The sum of all pairs is what the tool said last.';

export const state = { wanted: 0, delay: 0, total: 0 };

export const argumentsOf = (step) => `{"a":${step},"b":2}`;
export const idOf = (step) => `call_${step}`;
export const pause = () => new Promise((done) => setTimeout(done, state.delay));

/** The tool's body. */
export function add({ a, b }) {
  state.total += a + b;
  return a + b;
}

const expected = (steps) => (steps * (steps - 1)) / 2 + 2 * steps;

function check(text, steps, runs = 1) {
  if (text !== FINAL || state.total !== runs * expected(steps)) {
    throw new Error(`expected ${runs * expected(steps)} and the closing words, got ${state.total} and ${text}`);
  }
}

function cpuSeconds() {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
}

async function step(run, steps, runs) {
  state.wanted = steps;
  const begin = cpuSeconds();
  for (let i = 0; i < runs; ++i) {
    state.total = 0;
    check(await run(), steps);
  }
  return { cpu_seconds: cpuSeconds() - begin };
}

const chains = new Map(); // by their length

async function chain(makeChain, nodes, runs) {
  if (!chains.has(nodes)) {
    chains.set(nodes, makeChain(nodes));
    const got = await chains.get(nodes)();
    if (got !== nodes + 1) throw new Error(`a chain of ${nodes} must make ${nodes + 1} of 1, not ${got}`);
  }
  const run = chains.get(nodes);
  const begin = cpuSeconds();
  for (let i = 0; i < runs; ++i) await run();
  return { cpu_seconds: cpuSeconds() - begin };
}

async function agents(run, count, steps) {
  const all = (n) => Promise.all(Array.from({ length: n }, () => run()));
  state.wanted = steps;
  state.total = 0;
  check((await all(3))[0], steps, 3);
  state.total = 0;
  state.delay = 100;
  global.gc?.();
  const before = Number(fs.readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4;
  const cpu = cpuSeconds();
  const begin = performance.now();
  const texts = await all(count);
  const wall = (performance.now() - begin) / 1e3;
  const used = cpuSeconds() - cpu;
  if (texts.some((text) => text !== FINAL)) throw new Error('an agent did not end with the closing words');
  check(FINAL, steps, count);
  const peak = process.resourceUsage().maxRSS;
  return { wall_seconds: wall, cpu_seconds: used, kib_per_agent: (peak - before) / count };
}

/** `run` does one conversation and resolves to its last text. */
export async function serve({ run, makeChain }) {
  if (process.argv[2] === 'first') {
    await step(run, 1, 1);
    const [, peak] = /VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
    console.log(JSON.stringify({ peak_kib: Number(peak) }));
    return;
  }
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [work, size, count] = line.split(' ');
    const [does, what] = { step: [step, run], chain: [chain, makeChain], agents: [agents, run] }[work];
    let result;
    try {
      result = await does(what, Number(size), Number(count));
    } catch (why) { // said to `run`, which names it
      result = { error: String(why) };
    }
    console.log(JSON.stringify(result));
  }
}
