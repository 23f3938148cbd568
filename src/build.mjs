// After the compiler: what it does not carry over. What a browser runs lies beside the code that loads it, the built-in project
// is compiled, the bin is executable.
import { chmodSync, cpSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundleProgram } from './bundle-program.mjs';

cpSync('src', 'dist', {
  recursive: true,
  filter: (path) => statSync(path).isDirectory() || /\.(json|css)$/.test(path),
});
const { compileProject } = await import('../dist/project/built-in/compile-project.js');
await compileProject('pipelines/saas', 'dist/pipelines/saas.json', 'dist/.facts');
await buildPage();
await bundleProgram(resolve('dist'));
chmodSync('dist/program/lake.js', 0o755);

/** The page of `lake ui`. Packages older than package.json lack what it is made of: all else is built without it, and this is said. */
async function buildPage() {
  try {
    const { buildUi } = await import('./ui/bundle.mjs');
    await buildUi('dist/ui');
  } catch (error) {
    if (!/could not resolve|cannot find/i.test(error.message)) throw error;
    console.error(
      `The page of "lake ui" was not built, since packages are missing: run npm ci. (${error.message.split('\n')[0]})`,
    );
  }
}
