// After the compiler: what the compiled code loads from beside itself, as in src/build.mjs.
import { cpSync, statSync } from 'node:fs';

cpSync('src', 'reliability/.build/src', {
  recursive: true,
  filter: (path) =>
    statSync(path).isDirectory() || /\.(sql|json|css)$|[\\/]browser[\\/][^\\/]+\.js$/.test(path),
});
const { compileProject } = await import('./.build/src/project/built-in/compile-project.js');
await compileProject(
  'pipelines/saas',
  'reliability/.build/src/pipelines/saas.json',
  'reliability/.build/.facts',
);
// The command line tells its version from the package beside its folder.
cpSync('package.json', 'reliability/.build/package.json');
