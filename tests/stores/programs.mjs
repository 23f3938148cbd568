// Servers for tests and measurements: installed once into a cache, started on a free port, ended with the tests. What
// cannot be had here is said by whoever asks, who then skips.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lake-test-stores');

/** The program of a Go module, installed where it is not there yet; a reason where it cannot be. */
export function installFromGo(name, module, version) {
  return installOnce(`${name}-${version}`, name, async (folder) => {
    await promisify(execFile)('go', ['install', `${module}@${version}`], {
      env: { ...process.env, GOBIN: folder },
    });
    return join(folder, name);
  });
}

/** A file of an npm package, installed with what it needs; likewise. */
export async function installFromNpm(name, version, file) {
  const installed = await installOnce(`${name}-${version}`, name, async (folder) => {
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional', '--fetch-retries=0'];
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    await promisify(execFile)(npm, ['install', '--prefix', folder, ...flags, `${name}@${version}`]);
    return folder;
  });
  return 'reason' in installed ? installed : { program: join(installed.program, 'node_modules', name, file) };
}

/** The folder of a Python package, installed alone, without what it depends on; likewise. */
export async function installFromPip(name, version) {
  const installed = await installOnce(`${name}-${version}`, name, async (folder) => {
    const flags = ['-q', '--retries', '1', '--timeout', '15', '--no-deps', '--target', folder];
    await promisify(execFile)('python3', ['-m', 'pip', 'install', ...flags, `${name}==${version}`]);
    return folder;
  });
  return 'reason' in installed ? installed : { program: join(installed.program, name) };
}

/** `install` makes a file or folder in the folder that it is given. */
async function installOnce(target, name, install) {
  const program = join(cache, target);
  if (existsSync(program)) return { program };
  const folder = join(cache, `installing-${name}-${process.pid}`);
  await mkdir(folder, { recursive: true });
  try {
    await rename(await install(folder), program);
    return { program };
  } catch (error) {
    if (existsSync(program)) return { program }; // another test was faster
    const said = String(error.stderr || error.message)
      .trim()
      .split('\n');
    const why = error.code === 'ENOENT' ? `${error.path ?? 'its installer'} is not there` : said.at(-1);
    return { reason: `${name} cannot be had here: ${why}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A program that runs until `stop`; it is there once `isUp` says so. */
export async function startServer({ program, arguments: given, env = {}, isUp, seconds = 20 }) {
  const folder = mkdtempSync(join(tmpdir(), 'lake-server-'));
  const log = join(folder, 'log'); // a pipe would stop the server whenever this process is busy
  const stderr = openSync(log, 'w');
  const server = spawn(program, given, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', stderr],
  });
  closeSync(stderr);
  const ended = once(server, 'exit');
  const killNow = () => server.kill('SIGKILL');
  process.once('exit', killNow);
  for (let tries = 0; !(await isUp().catch(() => false)); tries++) {
    if (tries === seconds * 20 || server.exitCode !== null) {
      server.kill('SIGKILL');
      const said = readFileSync(log, 'utf8').slice(-2000);
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`${program} did not start: ${said}`);
    }
    await setTimeout(50);
  }
  const end = async (signal) => {
    server.kill(signal);
    await ended;
    process.off('exit', killNow);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** A port of this machine that nobody has now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Whether somebody listens at a port of this machine. */
export const answersAt = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isThere) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
