// An engine of this process that runs programs as the machines of a Spark do: each as a process that is given some of the
// lines, in no order.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { LakeError } from '../../src/common/errors.js';
import type { Engine, ProgramRun } from '../../src/engine/engine.js';

/** The engine with programs; `run` stands in place of running them. */
export function withPrograms(engine: Engine, run: NonNullable<Engine['run']> = runHere): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (name === 'run') return run;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Every third line goes to the same process. */
export async function runHere({ program, arguments: given, inputs }: ProgramRun): Promise<readonly string[]> {
  const shares = [2, 0, 1].map((share) => inputs.filter((_, at) => at % 3 === share));
  const answers = await Promise.all(
    shares.filter(({ length }) => length > 0).map((lines) => processOf([program, ...given], lines)),
  );
  return answers.flat();
}

async function processOf(words: readonly string[], lines: readonly string[]): Promise<readonly string[]> {
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  const [[exitCode], said, wrong] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (exitCode !== 0)
    throw new LakeError('invalid-input', `Subprocess exited with status ${exitCode}. Error: ${wrong}`);
  return said.split('\n').filter((line) => line !== '');
}
