// Worker threads and spawned commands run the compiled program, so it is compiled before any test.
import { execFileSync } from 'node:child_process';

export default function buildFirst(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
