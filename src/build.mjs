// After the compiler: what it does not carry over. SQL, data and what a browser runs lie beside the code that loads them; the bin is executable.
import { buildUi } from './ui/bundle.mjs';
import { chmodSync, cpSync, existsSync, statSync } from 'node:fs';

cpSync('src', 'dist', {
  recursive: true,
  filter: (path) =>
    statSync(path).isDirectory() || /\.(sql|json|css)$|[\\/]browser[\\/][^\\/]+\.js$/.test(path),
});
await buildUi('dist/ui');
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
