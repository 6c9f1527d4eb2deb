import { describe, expect, it } from 'vitest';
import { doctorCommand } from '../../src/commands/doctor.ts';

async function doctor(...flags: string[]) {
  const printed: string[] = [];
  let status = 0;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME };
  const exit = (code: number) => {
    status = code;
  };
  const door = { env, color: false, print: (text: string) => printed.push(text), step: () => undefined, exit };
  await doctorCommand(door).parseAsync(['node', 'doctor', '--device', 'emulated', ...flags]);
  return { status, printed: printed.join('\n') };
}

describe('doctor', () => {
  it('goes on without the Python that was named, and looks for all that needs none', async () => {
    const { status, printed } = await doctor('--python', '/nowhere/python', '--json');
    const findings: { name: string; status: string; detail: string }[] = JSON.parse(printed);
    expect(status).toBe(3);
    expect(findings.map(({ name }) => name)).toEqual(['python', 'sandbox', 'nvcc', 'g++']);
    expect(findings[0]).toMatchObject({ status: 'missing' });
    expect(findings[0]?.detail).toMatch(/^--python is "\/nowhere\/python", which does not exist: /);
  });

  it('prints one line for each finding', async () => {
    const { printed } = await doctor('--python', 'no-such-python', '--sandbox', 'off');
    expect(printed).toMatch(/^✘ python {8}--python is "no-such-python"/);
    expect(printed).toContain('\n– sandbox       off: candidates can reach everything');
  });
});
