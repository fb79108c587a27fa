// The fake model server of the tests, judged by the providers' own clients: npm's openai and @anthropic-ai/sdk read
// what it says, and must make of it what stook did.
//
// usage: node official_clients_test.mjs PROGRAM NPM_FOLDER
// Installs the packages into NPM_FOLDER at the first run, and skips (77) where that is not possible.
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {isDeepStrictEqual} from 'node:util';

const PACKAGES = {openai: '6.30.1', '@anthropic-ai/sdk': '1.14.0'};
const [program, folder] = process.argv.slice(2);

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}

function clientsFrom(place) {
  if (Number(process.versions.node.split('.')[0]) < 20) skip(`Node ${process.versions.node} is older than 20`);
  const wanted = Object.entries(PACKAGES).map(([name, version]) => `${name}@${version}`);
  if (!Object.keys(PACKAGES).every(name => existsSync(join(place, 'node_modules', name)))) {
    mkdirSync(place, {recursive: true});
    const installed = spawnSync('npm', ['install', '--prefix', place, '--no-audit', '--no-fund', '--no-save',
      '--ignore-scripts', ...wanted], {encoding: 'utf8', timeout: 120_000});
    if (installed.status !== 0) skip(`npm could not install ${wanted.join(' and ')}`);
  }
  const load = createRequire(resolve(place, 'package.json'));
  return {OpenAI: load('openai').OpenAI, Anthropic: load('@anthropic-ai/sdk').Anthropic};
}

const {OpenAI, Anthropic} = clientsFrom(folder);

const finishes = {
  stop: 'stop', tool_calls: 'tool_calls', length: 'length', content_filter: 'content_filter',
  end_turn: 'stop', tool_use: 'tool_calls', max_tokens: 'length',
};
const messages = [{role: 'user', content: 'hi'}];

// What a protocol says must stand in each piece, so that no client has to be lenient.
function missing(piece, members) {
  const lacking = members.filter(name => piece[name] === undefined || piece[name] === null);
  if (lacking.length) throw new Error(`${piece.object ?? piece.type} without ${lacking.join(', ')}`);
}

async function chat(client, streamed) {
  const request = {model: 'm', messages};
  let reply;
  if (streamed) {
    const stream = client.chat.completions.stream({...request, stream_options: {include_usage: true}});
    stream.on('chunk', chunk => missing(chunk, ['id', 'object', 'created', 'model', 'choices']));
    reply = await stream.finalChatCompletion();
  } else {
    reply = await client.chat.completions.create(request);
  }
  missing(reply, ['id', 'object', 'created', 'model', 'choices', 'usage']);
  const {message, finish_reason} = reply.choices[0];
  return {
    text: message.content ?? '', reasoning: '', model: reply.model, finish: finishes[finish_reason],
    calls: (message.tool_calls ?? []).map(c => ({id: c.id, name: c.function.name, arguments: c.function.arguments})),
    input_tokens: reply.usage.prompt_tokens, output_tokens: reply.usage.completion_tokens,
    cached_tokens: reply.usage.prompt_tokens_details?.cached_tokens ?? 0,
    reasoning_tokens: reply.usage.completion_tokens_details?.reasoning_tokens ?? 0, provider_data: null,
  };
}

const textOf = response => response.output.filter(item => item.type === 'message')
  .flatMap(item => item.content.map(part => part.text ?? part.refusal)).join('');

async function responses(client, streamed) {
  const request = {model: 'm', input: 'hi', store: false};
  let reply, last, heard = '';
  if (streamed) {
    const stream = client.responses.stream(request);
    let next = 0;
    stream.on('event', event => {
      if (event.sequence_number !== next++) throw new Error(`event ${event.type} is numbered ${event.sequence_number}`);
      last = event.response ?? last;
      if (event.type === 'response.output_text.delta') heard += event.delta;
    });
    reply = await stream.finalResponse();
    if (last.status === 'incomplete') reply = last;  // the client takes the last event of a complete one only
    if (heard !== textOf(reply)) throw new Error(`the pieces of the text are "${heard}"`);
  } else {
    reply = await client.responses.create(request);
  }
  missing(reply, ['id', 'object', 'created_at', 'model', 'status', 'output', 'usage']);
  const of = type => reply.output.filter(item => item.type === type);
  const plain = JSON.parse(JSON.stringify(reply.output));
  plain.forEach(item => { delete item.parsed_arguments; item.content?.forEach(part => delete part.parsed); });
  const kept = plain.filter(item => item.type === 'reasoning');
  return {
    text: textOf(reply), model: reply.model,
    reasoning: of('reasoning').flatMap(item => item.summary.map(part => part.text)).join(''),
    calls: of('function_call').map(c => ({id: c.call_id, name: c.name, arguments: c.arguments})),
    finish: reply.status === 'incomplete' ? 'length' : of('function_call').length ? 'tool_calls' : 'stop',
    input_tokens: reply.usage.input_tokens, output_tokens: reply.usage.output_tokens,
    cached_tokens: reply.usage.input_tokens_details.cached_tokens,
    reasoning_tokens: reply.usage.output_tokens_details.reasoning_tokens,
    provider_data: kept.length ? {responses: plain} : null,
  };
}

async function anthropic(client, streamed) {
  const request = {model: 'm', max_tokens: 100, messages};
  const reply = streamed ? await client.messages.stream(request).finalMessage() : await client.messages.create(request);
  missing(reply, ['id', 'type', 'role', 'model', 'content', 'stop_reason', 'usage']);
  const of = type => reply.content.filter(block => block.type === type);
  const used = reply.usage;
  const content = JSON.parse(JSON.stringify(reply.content));
  content.forEach(block => delete block.parsed_output);
  const more = content.some(block => !['text', 'tool_use'].includes(block.type));
  return {
    text: of('text').map(b => b.text).join(''), reasoning: of('thinking').map(b => b.thinking).join(''),
    calls: of('tool_use').map(b => ({id: b.id, name: b.name, arguments: b.input})),
    finish: finishes[reply.stop_reason], model: reply.model,
    input_tokens: used.input_tokens + used.cache_creation_input_tokens + used.cache_read_input_tokens,
    output_tokens: used.output_tokens, cached_tokens: used.cache_read_input_tokens, reasoning_tokens: 0,
    provider_data: more ? {anthropic: content} : null,
  };
}

// Arguments are compared as what they mean where a client has parsed them; reasoning only where it was streamed, for
// stook keeps that of a whole reply as the provider's data and tells it to nobody.
function comparable(reply, parsed, streamed) {
  if (!streamed) reply = {...reply, reasoning: ''};
  if (!parsed) return reply;
  const of = text => typeof text === 'string' ? JSON.parse(text) : text;
  return {...reply, calls: reply.calls.map(c => ({...c, arguments: of(c.arguments || '{}')}))};
}

async function judge(said) {
  const options = {apiKey: 'sk-test', maxRetries: said.retries ? 1 : 0, timeout: 20_000};
  const messagesOnly = said.protocol === 'messages';
  const client = messagesOnly
    ? new Anthropic({...options, baseURL: said.base_url.replace(/\/v1$/, '')})
    : new OpenAI({...options, baseURL: said.base_url});
  const ask = {chat, responses, messages: anthropic}[said.protocol];
  let read, failed;
  try {
    read = await ask(client, said.stream);
  } catch (error) {
    failed = error;
  }
  if (said.error) {
    if (!failed) return `the client read ${JSON.stringify(read)}, where stook said ${said.error.text}`;
    if (said.error.status !== 429) {
      return `${failed.message} ${JSON.stringify(failed.error ?? '')}`.includes('late') ? '' : `the client said ${failed}`;
    }
    const {RateLimitError} = messagesOnly ? Anthropic : OpenAI;
    if (!(failed instanceof RateLimitError)) return `the client said ${failed}`;
    if (!failed.message.includes('Slow down.')) return `the client's word is ${failed.message}`;
    const after = 1000 * Number(failed.headers.get('retry-after'));
    return after === said.error.retry_after_ms && after > 0 ? '' : `the client is to wait ${after} ms`;
  }
  if (failed) return `the client said ${failed}`;
  const [theirs, ours] = [read, said.reply].map(reply => comparable(reply, messagesOnly, said.stream));
  return isDeepStrictEqual(theirs, ours) ? '' : `the client read\n  ${JSON.stringify(theirs)}\nand stook\n  ${JSON.stringify(ours)}`;
}

const server = spawn(program, {stdio: ['pipe', 'pipe', 'inherit']});
const cases = [];
for await (const line of createInterface({input: server.stdout})) {
  if (!line) break;
  cases.push(JSON.parse(line));
}
let failures = 0;
for (const said of cases) {
  const flaw = await judge(said);
  if (flaw) ++failures;
  console.log(`${flaw ? 'FAIL' : 'ok  '} ${said.name}${flaw ? `: ${flaw}` : ''}`);
}
server.kill();
console.log(`${cases.length} replies read: ${cases.length - failures} passed, ${failures} failed`);
process.exit(failures || cases.length < 30 ? 1 : 0);
