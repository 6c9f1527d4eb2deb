import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { PolicyName } from '../../../src/core/search-plan.ts';
import { journaledSearch } from './journaled-search.ts';

/* A search in a process of its own, to be killed: `search-process.ts <journal> <log> <policy>`. It resumes what it finds. */
const [path = '', log = '', policy = 'serial'] = process.argv.slice(2);
const resume = existsSync(path) && readFileSync(path, 'utf8').includes('\n');
process.stdout.write('ready\n');
const outcome = await journaledSearch({
  path,
  resume,
  policy: policy as PolicyName,
  told: (what) => appendFileSync(log, `${what}\n`),
  // Between 10 and 40 ms, by what is asked.
  wait: (what) => delay(10 + ([...what].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 31)),
});
process.stdout.write(`${JSON.stringify(outcome)}\n`);
