import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HANG_MS } from './fuzz/try-input';

/**
 * `npm run fuzz -- --count N [--first SEED]`: damaged files, read as a study would be, in a process that is ended and replaced
 * when an input hangs. Prints inputs tried and the failures with their seeds; `--first SEED --count 1` repeats one.
 */
interface Message {
  readonly kind: 'start' | 'done';
  readonly seed: number;
  readonly failure?: string | null;
  readonly rssBytes?: number;
}

/** An input that has not come back by then, wall time, does not come back: also on a machine with ten times more to do than it can. */
const LOST_MS = 100 * HANG_MS;
/** With this many failures something is wrong with the run itself, or with everything. */
const MAX_FAILURES = 50;

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 0) {
    process.stderr.write('usage: npm run fuzz -- --count N [--first SEED]\n');
    process.exit(1);
  }
  return value;
}

const count = option('count', 1000);
const first = option('first', 1);
const failures: { seed: number; failure: string }[] = [];
/** Resident memory after every thousand inputs, MB. */
const rssMb: number[] = [];
/** Longest wait for one input, wall time. */
let slowestMs = 0;

/** Runs one process from `from` on; gives the seed at which the next has to go on. */
function runFrom(from: number): Promise<number> {
  return new Promise((resolve) => {
    const script = fileURLToPath(new URL('./fuzz/child.ts', import.meta.url));
    const child = fork(script, [String(from), String(first + count - from)], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let seed = from;
    let hangs = false;
    // Unknown until the process has started and tries its first input.
    let startedMs = Infinity;
    // The input itself is held to its limit in processor time (try-input.ts); this ends what never comes back.
    const watch = setInterval(() => {
      hangs = performance.now() - startedMs > LOST_MS;
      if (hangs) child.kill('SIGKILL');
    }, 500);
    child.on('message', (message: Message) => {
      seed = message.seed;
      if (message.kind === 'done') {
        slowestMs = Math.max(slowestMs, performance.now() - startedMs);
        if (typeof message.failure === 'string') {
          failures.push({ seed, failure: message.failure });
          process.stderr.write(`seed ${seed}: ${message.failure}\n`);
        }
        if ((seed - first) % 1000 === 999) rssMb.push(Math.round((message.rssBytes ?? 0) / 1e6));
        if ((seed - first) % 10_000 === 9999) process.stderr.write(`${seed - first + 1} inputs, ${failures.length} failures, ${rssMb.at(-1) ?? 0} MB\n`);
      }
      startedMs = performance.now();
    });
    child.on('exit', (code) => {
      clearInterval(watch);
      if (code !== 0) {
        failures.push({ seed, failure: hangs ? 'hangs' : 'ends the process' });
        process.stderr.write(`seed ${seed}: ${hangs ? 'hangs' : 'ends the process'}\n`);
      }
      resolve(code === 0 ? first + count : seed + 1);
    });
  });
}

let next = first;
while (next < first + count && failures.length < MAX_FAILURES) next = await runFrom(next);
process.stdout.write(`${JSON.stringify({ inputs: next - first, firstSeed: first, failures, slowestMs: Math.round(slowestMs), rssMb })}\n`);
process.exit(failures.length === 0 ? 0 : 1);
