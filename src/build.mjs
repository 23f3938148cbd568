// After the compiler: what it does not carry over. SQL models lie beside the code that loads them, and the bin is executable.
import { chmodSync, cpSync, existsSync, statSync } from 'node:fs';

cpSync('src', 'dist', {
  recursive: true,
  filter: (path) => statSync(path).isDirectory() || path.endsWith('.sql'),
});
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
