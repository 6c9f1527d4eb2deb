import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { PolicyName } from '../../../src/core/search-plan.ts';
import { journaledSearch } from './journaled-search.ts';

/*
 * A search in a process of its own, to be killed: `search-process.ts <journal> <log> <policy>`. It resumes what it finds, and prints a
 * line for each thing that it asks for, and its outcome as JSON.
 */
const [path = '', log = '', policy = 'serial'] = process.argv.slice(2);
const resume = existsSync(path) && readFileSync(path, 'utf8').includes('\n');
const outcome = await journaledSearch({
  path,
  resume,
  policy: policy as PolicyName,
  told(what) {
    appendFileSync(log, `${what}\n`);
    process.stdout.write(`${what}\n`);
  },
  // Between 5 and 25 ms, by what is asked.
  wait: (what) => delay(5 + ([...what].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 21)),
});
process.stdout.write(`${JSON.stringify(outcome)}\n`);
