// Streams generated from seeds, read by sse_reader and by npm's eventsource-parser: the events must be the same.
//
// usage: node sse_differential.mjs PROGRAM NPM_FOLDER [STREAMS]
// Installs the package into NPM_FOLDER at the first run, and skips (77) where that is not possible. Bytes travel
// as strings of one character a byte, so that broken UTF-8 is compared too.
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join, resolve} from 'node:path';

const PACKAGE = 'eventsource-parser', VERSION = '3.1.1';
const [program, folder, streams = '4000'] = process.argv.slice(2);

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(77);
}

function parserFrom(place) {
  if (!existsSync(join(place, 'node_modules', PACKAGE))) {
    mkdirSync(place, {recursive: true});
    const installed = spawnSync('npm', ['install', '--prefix', place, '--no-audit', '--no-fund', '--no-save',
      '--ignore-scripts', `${PACKAGE}@${VERSION}`], {encoding: 'utf8', timeout: 60_000});
    if (installed.status !== 0) skip(`npm could not install ${PACKAGE} ${VERSION}`);
  }
  return createRequire(resolve(place, 'package.json'))(PACKAGE).createParser;
}

// mulberry32: a small generator whose stream is the same everywhere
function dice(seed) {
  return below => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function streamOf(seed) {
  const roll = dice(seed);
  const pick = list => list[roll(list.length)];
  const ends = roll(3) ? [pick(['\n', '\r\n', '\r'])] : ['\n', '\r\n', '\r'];
  const text = () => Array.from({length: roll(12)}, () =>
    pick(['a', 'b', ' ', ':', '{', '"', '\t', '\0', 'é', '\xe2\x82\xac', '\xff', 'data', '0'])).join('');
  const line = () => {
    switch (roll(12)) {
      case 0: return '';
      case 1: return ':' + text();
      case 2: return pick(['Data', 'foo', ' data', 'data ', 'events', 'ids', 'dat']) + pick(['', ':', ': ']) + text();
      case 3: return pick(['event:', 'event: ', 'event']) + text();
      case 4: return pick(['id:', 'id: ', 'id']) + text();
      case 5: return pick(['retry:', 'retry: ']) + pick(['', '1', '250', '1x', '-1', '007', '123456789']);
      case 6: return text();
      default: return pick(['data:', 'data: ', 'data:  ']) + text();
    }
  };
  let stream = roll(5) ? '' : '\xef\xbb\xbf';
  for (let left = roll(40); left > 0; left--) stream += line() + pick(ends) + (roll(3) ? '' : pick(ends));
  // the parser keeps a last \r back until it has seen what follows
  return stream + (roll(2) ? ':\n' : 'data: cut');
}

const hex = text => 'x' + Buffer.from(text, 'latin1').toString('hex');

function expected(stream, createParser) {
  const events = [];
  let retry = -1;
  const parser = createParser({
    onEvent: e => events.push({type: hex(e.event ?? ''), data: hex(e.data), id: e.id === undefined ? null : hex(e.id), retry}),
    onRetry: wait => { retry = wait; },
  });
  parser.feed(stream);
  return events;
}

const createParser = parserFrom(folder);
const count = Number(streams);
const made = Array.from({length: count}, (_, seed) => streamOf(seed + 1));
const run = spawnSync(program, {input: made.map((s, i) => `${i + 1} ${hex(s)}\n`).join(''), encoding: 'utf8', maxBuffer: 1 << 30});
if (run.status !== 0) {
  console.log(`${program} ended with ${run.status ?? run.signal}: ${run.stderr}`);
  process.exit(1);
}
const ours = run.stdout.split('.\n').slice(0, -1).map(block => block.split('\n').filter(Boolean).map(l => l.split(' ')));

let compared = 0, failed = 0;
made.forEach((stream, i) => {
  const theirs = expected(stream, createParser);
  const got = ours[i] ?? [];
  // the parser tells the id of an event only where the event itself has one; the reader also tells an earlier one
  const same = got.length === theirs.length && theirs.every((e, n) => e.type === got[n][0] && e.data === got[n][1] &&
    (e.id === null || e.id === got[n][2]) && e.retry === Number(got[n][3]));
  compared += theirs.length;
  if (!same && failed++ < 5) {
    console.log(`seed ${i + 1}: ${JSON.stringify(stream)}\n  theirs ${JSON.stringify(theirs)}\n  ours ${JSON.stringify(got)}`);
  }
});
console.log(`${count} streams, ${compared} events compared: ${count - failed} passed, ${failed} failed`);
process.exit(failed || ours.length !== count || compared < count ? 1 : 0);
