import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EnvironmentError } from '../../src/core/errors.ts';
import { type Judge, type MeasureRequest, startJudge } from '../../src/measure/judge.ts';
import { fakeHarness } from './fake-harness.ts';
import { HELLO, measurementOf, TARGET } from './samples.ts';

const REQUEST: MeasureRequest = { target: TARGET, baseline: '/a.so', candidate: '/b.so', stage: 'screen' };
const ENV = { PATH: process.env.PATH };

/** A judge that runs `answer`, Python with `request` and `say`, for each request. */
function judgeThat(answer: string, env: NodeJS.ProcessEnv = ENV): Judge & { readonly folder: string } {
  const harness = fakeHarness(`
import json, os, sys, time
def say(**reply):
    print(json.dumps(reply), flush=True)
folder = os.environ["PYTHONPATH"]
open(os.path.join(folder, "pid"), "w").write(str(os.getpid()))
open(os.path.join(folder, "lives"), "a").write(f"{os.getpid()}\\n")
life = len(open(os.path.join(folder, "lives")).readlines())
for line in sys.stdin:
    request = json.loads(line)
    id = request["id"]
${answer.replaceAll(/^/gm, '    ')}
`);
  const judge = startJudge(harness, env);
  onTestFinished(() => judge.close());
  return { ...judge, folder: harness.packageRoot };
}

async function pidOf(folder: string): Promise<number> {
  while (!existsSync(join(folder, 'pid'))) await sleep(10);
  return Number(readFileSync(join(folder, 'pid'), 'utf8'));
}

/** The process ids of all judges that were started, in their order. */
function livesOf(folder: string): number[] {
  return readFileSync(join(folder, 'lives'), 'utf8').trim().split('\n').map(Number);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('startJudge', () => {
  it('asks and is answered', async () => {
    const judge = judgeThat(`say(id=id, result=${JSON.stringify(HELLO)} if request["method"] == "hello" else None)`);
    expect(await judge.hello()).toEqual(HELLO);
  });

  it('passes on what a judge waits for before it can answer at all', async () => {
    const judge = judgeThat(`
say(id=id, progress="waiting for another judge")
say(id=id, result=${JSON.stringify(HELLO)})`);
    const progress: string[] = [];
    await judge.hello((text) => progress.push(text));
    expect(progress).toEqual(['waiting for another judge']);
  });

  it('sends the whole request and passes on progress in its order', async () => {
    const judge = judgeThat(`
say(id=id, progress="checking n=7")
say(id=id + 1000, progress="somebody else's")
say(id=id, progress=json.dumps(request["target"]["arguments"][0]))
say(id=id, result={**${JSON.stringify(measurementOf())}, "detail": " ".join([request["method"], request["baseline"], request["candidate"], request["stage"]])})`);
    const progress: string[] = [];
    const measurement = await judge.measure(REQUEST, (text) => progress.push(text));
    expect(measurement.detail).toBe('measure /a.so /b.so screen');
    expect(progress[0]).toBe('checking n=7');
    expect(JSON.parse(progress[1] ?? '')).toEqual(TARGET.arguments[0]);
    expect(progress).toHaveLength(2);
  });

  it('tells answers apart that come in another order', async () => {
    const judge = judgeThat(`
if id == 2:
    for answered in (2, 1):
        say(id=answered, result={**${JSON.stringify(measurementOf())}, "seconds": answered})`);
    const both = await Promise.all([judge.measure(REQUEST), judge.measure(REQUEST)]);
    expect(both.map(({ seconds }) => seconds)).toEqual([1, 2]);
  });

  it('rejects with the judge’s own words when it cannot, and can be asked again', async () => {
    const judge = judgeThat(`
if request["method"] == "measure":
    say(id=id, error="no CUDA device: check nvidia-smi")
else:
    say(id=id, result=${JSON.stringify(HELLO)})`);
    await expect(judge.measure(REQUEST)).rejects.toThrow(new EnvironmentError('no CUDA device: check nvidia-smi'));
    expect(await judge.hello()).toEqual(HELLO);
  });

  it('starts a judge that dies anew, and asks again', async () => {
    const judge = judgeThat(`
if life == 1: os.kill(os.getpid(), 9)
say(id=id, result={**${JSON.stringify(measurementOf())}, "seconds": life, "detail": request["candidate"]})`);
    const progress: string[] = [];
    const measurement = await judge.measure(REQUEST, (text) => progress.push(text));
    expect(measurement).toMatchObject({ seconds: 2, detail: '/b.so' });
    expect(progress).toEqual(['the judge has ended unexpectedly and was started again']);
    expect(livesOf(judge.folder)).toHaveLength(2);
  });

  it('gives up on a question over which three judges have died, with the last one’s status and words', async () => {
    const judge = judgeThat(`
for n in range(100):
    print("line", life, n, file=sys.stderr)
sys.exit(7)`);
    const error: unknown = await judge.measure(REQUEST).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnvironmentError);
    expect((error as Error).message).toBe(
      "The judge's process has ended (7).\nline 3 95\nline 3 96\nline 3 97\nline 3 98\nline 3 99\nIt was started 3 times for this and ended each time.",
    );
    expect(livesOf(judge.folder)).toHaveLength(3);
  });

  it('counts anew for the next question', async () => {
    const judge = judgeThat(`
if life in (1, 2, 4) or (life == 3 and id == 2): sys.exit(1)
say(id=id, result={**${JSON.stringify(measurementOf())}, "seconds": life})`);
    expect((await judge.measure(REQUEST)).seconds).toBe(3);
    expect((await judge.measure(REQUEST)).seconds).toBe(5);
  });

  it('can be asked again after it has given up', async () => {
    const judge = judgeThat(`
if request["method"] == "measure": sys.exit(1)
say(id=id, result=${JSON.stringify(HELLO)})`);
    await expect(judge.measure(REQUEST)).rejects.toThrow('ended each time');
    expect(await judge.hello()).toEqual(HELLO);
  });

  it('starts the next judge only for the next question, when one dies in between', async () => {
    const judge = judgeThat(`
say(id=id, result={**${JSON.stringify(measurementOf())}, "seconds": life})
sys.exit(3)`);
    expect((await judge.measure(REQUEST)).seconds).toBe(1);
    while (lives(livesOf(judge.folder)[0] ?? 0)) await sleep(10);
    await sleep(50);
    expect(livesOf(judge.folder)).toHaveLength(1);
    expect((await judge.measure(REQUEST)).seconds).toBe(2);
  });

  it('asks every question again that was open when the process ended', async () => {
    const judge = judgeThat(`
if life == 1 and id == 1: continue
if life == 1: sys.exit(1)
say(id=id, result=${JSON.stringify(HELLO)} if request["method"] == "hello" else ${JSON.stringify(measurementOf())})`);
    const [measurement, hello] = await Promise.all([judge.measure(REQUEST), judge.hello()]);
    expect(measurement.outcome).toBe('measured');
    expect(hello).toEqual(HELLO);
  });

  it('says by what signal the process was ended', async () => {
    const judge = judgeThat('os.kill(os.getpid(), 9)');
    await expect(judge.measure(REQUEST)).rejects.toThrow("The judge's process has ended (SIGKILL).");
  });

  it('leaves no process behind when it is closed while a judge is started anew', async () => {
    const judge = judgeThat('if life == 1: sys.exit(1)\ntime.sleep(60)');
    const restarted = new Promise<string>((resolve) => {
      judge.measure(REQUEST, resolve).catch(() => {});
    });
    await restarted;
    await judge.close();
    expect(livesOf(judge.folder).filter(lives)).toEqual([]);
    await expect(judge.hello()).rejects.toThrow("The judge's process has ended");
  });

  it('says so when the program cannot be started', async () => {
    const judge = startJudge({ ...fakeHarness(''), python: '/nowhere/python' }, ENV);
    await expect(judge.hello()).rejects.toThrow(EnvironmentError);
    await judge.close();
  });

  it('ends a judge whose answers are none', async () => {
    const judge = judgeThat('print("Segmentation fault? no idea", flush=True)\ntime.sleep(60)');
    await expect(judge.measure(REQUEST)).rejects.toThrow(/something that is no answer: Segmentation fault\? no idea/);
  });

  it('lets a judge print more than anybody keeps', async () => {
    const judge = judgeThat(`
sys.stderr.write("warning: something\\n" * 200000)
say(id=id, result=${JSON.stringify(HELLO)})`);
    expect(await judge.hello()).toEqual(HELLO);
    expect(await judge.hello()).toEqual(HELLO);
  });

  it('gives the process no secret, no variable that it was not meant to have, and no foreign folder', async () => {
    const env = {
      ...ENV,
      HOME: '/home/me',
      CUDA_HOME: '/opt/cuda',
      GITHUB_TOKEN: 'secret',
      INPUT_API_KEY: 'secret',
      LD_PRELOAD_: 'x',
    };
    const judge = judgeThat('say(id=id, error=json.dumps([dict(os.environ), os.getcwd(), sys.argv[1:]]))', env);
    const error: unknown = await judge.hello().catch((reason: unknown) => reason);
    const [seen, folder, argv] = JSON.parse((error as Error).message);
    expect(seen).toMatchObject({ HOME: '/home/me', CUDA_HOME: '/opt/cuda', PYTHONPATH: judge.folder });
    // Of ours, that is: a python3 that is a script may set more.
    expect(Object.keys(seen).filter((name) => name in env)).toEqual(
      expect.arrayContaining(['CUDA_HOME', 'HOME', 'PATH']),
    );
    expect(Object.values(seen)).not.toContain('secret');
    expect(seen).not.toHaveProperty('LD_PRELOAD_');
    expect(folder).toBe(judge.folder);
    expect(argv).toEqual(['judge', '--device', 'emulated', '--sandbox', 'on']);
  });

  it.each([
    ['idle', ''],
    ['at work', 'time.sleep(60)'],
    [
      'deaf to a polite request',
      'import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nsay(id=id, progress="deaf")\ntime.sleep(60)',
    ],
  ])('leaves no process behind when it is closed: %s', async (_, work) => {
    const judge = judgeThat(work);
    const pid = await pidOf(judge.folder);
    const asked =
      work === ''
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            judge.measure(REQUEST, () => resolve()).catch(() => {});
            if (!work.includes('deaf')) resolve();
          });
    await asked;
    expect(lives(pid)).toBe(true);
    await judge.close();
    expect(lives(pid)).toBe(false);
    await expect(judge.hello()).rejects.toThrow("The judge's process has ended");
  });
});
