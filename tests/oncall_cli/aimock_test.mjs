// The whole on-call team against a model server that others wrote: npm's aimock, in each of the protocols that stook
// speaks, in pieces and whole. What the models say is what the rules decided on the same day, so the reports must be
// the same; what is tested is that every request is understood and every reply is.
//
// usage: node aimock_test.mjs PROGRAM NPM_FOLDER
// Installs the package into NPM_FOLDER at the first run, and skips (77) where that is not possible.
import {execFile, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {promisify} from 'node:util';

const PACKAGE = '@copilotkit/aimock', VERSION = '1.43.0';
const KEY = 'sk-marked-key-0123456789abcdef';
const [program, folder] = process.argv.slice(2);
const run = promisify(execFile);

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}

function mockFrom(place) {
  if (Number(process.versions.node.split('.')[0]) < 20) skip(`Node ${process.versions.node} is older than 20`);
  if (!existsSync(join(place, 'node_modules', PACKAGE))) {
    mkdirSync(place, {recursive: true});
    const installed = spawnSync('npm', ['install', '--prefix', place, '--no-audit', '--no-fund', '--no-save',
      '--ignore-scripts', `${PACKAGE}@${VERSION}`], {encoding: 'utf8', timeout: 120_000});
    if (installed.status !== 0) skip(`npm could not install ${PACKAGE} ${VERSION}`);
  }
  return createRequire(resolve(place, 'package.json'))(PACKAGE).LLMock;
}

// What each agent said, in order, from the trace of a run.
function sayings(trace) {
  const said = {};
  for (const line of readFileSync(trace, 'utf8').trim().split('\n')) {
    const event = JSON.parse(line);
    if (event.event === 'model_replied') (said[event.agent] ??= []).push(event);
  }
  return said;
}

// The agents share a server, and are known by the tools that they have.
const toolOf = {coordinator: 'load_inputs', profiler: 'detect_incident_window', writer: 'draft_postmortem'};

function teach(mock, said) {
  for (const [agent, replies] of Object.entries(said)) {
    replies.forEach((reply, turn) => mock.addFixture({
      match: {
        predicate: request => {
          const names = (request.tools ?? []).map(t => t.function?.name ?? t.name);
          const turns = new Set();  // calls of one turn may come as messages of their own
          let last = '';
          for (const [i, m] of request.messages.entries()) {
            if (m.role === 'assistant' && last !== 'assistant') turns.add(i);
            last = m.role;
          }
          return names.includes(toolOf[agent]) && turns.size === turn;
        },
      },
      response: reply.calls.length
        ? {toolCalls: reply.calls.map((c, i) => ({name: c.tool, arguments: c.arguments, id: `call_${agent}_${turn}_${i}`}))}
        : {content: reply.text},
      chunkSize: 7,
    }));
  }
}

// What differs between two reports on the same day: who decided, when, and the names of run and calls.
function comparable(document) {
  const copy = structuredClone(document);
  const drop = (value) => {
    if (Array.isArray(value)) value.forEach(drop);
    else if (value && typeof value === 'object') {
      for (const key of Object.keys(value)) {
        if (['run_id', 'call_id', 'model', 'generated_at', 'ran_at'].includes(key)) delete value[key];
        else drop(value[key]);
      }
    }
  };
  drop(copy);
  return JSON.stringify(copy);
}

const read = (dir) => JSON.parse(readFileSync(join(dir, 'postmortem.json'), 'utf8'));
const LLMock = mockFrom(folder);
const scratch = mkdtempSync(join(tmpdir(), 'aimock_'));
let failed = 0;
const check = (good, what) => {
  if (!good) ++failed;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${what}`);
};

try {
  const demo = join(scratch, 'demo'), day = join(demo, 'day');
  await run(program, ['demo', '--quiet', '--out', demo]);
  const expected = comparable(read(demo));
  const said = sayings(join(demo, 'trace.jsonl'));
  const inputs = ['metrics', 'logs', 'events', 'topology'].flatMap(n => [`--${n}`, join(day, `${n}.csv`)]);

  for (const dialect of ['openai', 'openai-responses', 'anthropic']) {
    for (const flags of [[], ['--no-stream']]) {
      const name = [dialect, ...flags].join(' ');
      const mock = new LLMock({port: 0, strict: true});
      teach(mock, said);
      await mock.start();
      const out = join(scratch, name.replaceAll(' ', ''));
      const env = {...process.env, OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY,
        OPENAI_BASE_URL: `${mock.url}/v1`, ANTHROPIC_BASE_URL: mock.url};
      const done = await run(program, ['investigate', ...inputs, '--model', `${dialect}:gpt-4o`, '--out', out, ...flags],
        {env, timeout: 60_000}).catch(e => e);
      check(!done.code, `${name}: the team finishes${done.code ? `: ${done.stderr}` : ''}`);
      const requests = mock.getRequests();
      check(requests.length === Object.values(said).flat().length, `${name}: ${requests.length} requests`);
      check(requests.every(r => Boolean(r.body?.stream) === !flags.length), `${name}: streams are asked for, or not`);
      check(existsSync(join(out, 'postmortem.json')) && comparable(read(out)) === expected,
        `${name}: the report is the one of the rules`);
      check(!`${done.stdout}${done.stderr}`.includes(KEY) &&
        !readFileSync(join(out, 'trace.jsonl'), 'utf8').includes(KEY), `${name}: the key is not shown`);
      await mock.stop();
    }
  }

  // refusals in front of every answer: each request is sent again, and the report is the same
  const mock = new LLMock({port: 0, strict: true});
  teach(mock, said);
  mock.nextRequestError(429, {message: 'slow down', type: 'rate_limit_error'});
  await mock.start();
  const out = join(scratch, 'refused');
  const done = await run(program, ['investigate', ...inputs, '--model', 'openai:gpt-4o', '--out', out],
    {env: {...process.env, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${mock.url}/v1`}, timeout: 60_000}).catch(e => e);
  check(!done.code && comparable(read(out)) === expected && mock.getRequests().length === 10,
    `a 429 is waited out: ${mock.getRequests().length} requests`);
  await mock.stop();
} finally {
  rmSync(scratch, {recursive: true, force: true});
}
console.log(failed ? `${failed} checks failed` : 'all checks passed');
process.exit(failed ? 1 : 0);
