// After the compiler: the SQL models, which the compiled code loads from beside itself.
import { cpSync, statSync } from 'node:fs';

cpSync('src', 'reliability/.build/src', {
  recursive: true,
  filter: (path) => statSync(path).isDirectory() || path.endsWith('.sql'),
});
// The command line tells its version from the package beside its folder.
cpSync('package.json', 'reliability/.build/package.json');
