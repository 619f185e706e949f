import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { accessFiles, basic } from './helpers/access-files.ts';
import { buildExecutable, type Executable } from './helpers/executable.ts';
import { fixturePath, temporaryFolder } from './helpers/fixtures.ts';

const SRC = new URL('../src/', import.meta.url).pathname;
let executable: Executable;

test.before(async () => {
  executable = await buildExecutable();
});

test.after.always(() => executable?.remove());

/** Nothing of the machine: no PATH, no variable, and a folder without any file of thaw's. */
async function alone(t: ExecutionContext, env: Readonly<Record<string, string>> = {}) {
  const cwd = await temporaryFolder(t);
  return (...args: string[]) => execa(executable.path, args, { cwd, env, extendEnv: false, reject: false });
}

test('the build says where the executable is and how large', (t) => {
  t.true(executable.said.startsWith(`${executable.path}: `));
  t.regex(executable.said, /: \d+(\.\d)? MiB$/);
});

test('it knows its version and every command', async (t) => {
  const thaw = await alone(t);
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  t.is((await thaw('--version')).stdout, version);
  const { stdout, exitCode } = await thaw('--help');
  t.is(exitCode, 0);
  const inSource = await execa(process.execPath, [join(SRC, 'cli.ts'), '--help']);
  t.is(stdout, inSource.stdout);
});

test('it inspects an archive, converts it, and prints the pod', async (t) => {
  const thaw = await alone(t);
  const root = join(await temporaryFolder(t), 'data');
  const inspected = await thaw('inspect', fixturePath('containerd/web'), '--json');
  t.is(JSON.parse(inspected.stdout).metadata.container.name, 'web', inspected.stderr);
  const converted = await thaw('convert', fixturePath('crio/web'), '--root', root, '--quiet');
  t.is(converted.exitCode, 0, converted.stderr);
  const pod = await thaw('pod', converted.stdout, '--root', root, '--volume', '/data=emptyDir');
  t.is(pod.exitCode, 0, pod.stderr);
  t.true(pod.stdout.includes(`image: ${converted.stdout}`));
});

test('it serves a registry, and its thread compares passwords', async (t) => {
  const { access } = await accessFiles(t, {
    rules: '  - users: [ann]\n    repositories: ["**"]\n    allow: [pull, push]\n',
    users: { ann: 'right' },
  });
  const thaw = await alone(t);
  const serve = thaw(
    ...['registry', 'serve', '--root', join(await temporaryFolder(t), 'data'), '--listen', '127.0.0.1:0'],
    ...['--access', access, '--json'],
  );
  t.teardown(() => serve.kill('SIGKILL'));
  const [first] = (await once(serve.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(first.toString());
  const ask = (password: string) => fetch(new URL('/v2/', url), { headers: basic('ann', password) });
  t.is((await ask('right')).status, 200);
  t.is((await ask('wrong')).status, 401);
  serve.kill('SIGTERM');
  t.is((await serve).exitCode, 0);
});

test('errors have their codes and exit codes, and NODE_OPTIONS changes nothing', async (t) => {
  const thaw = await alone(t, { NODE_OPTIONS: '--require=/nowhere.js' });
  const { exitCode, stderr } = await thaw('inspect', '/nowhere.tar');
  t.is(exitCode, 3);
  t.regex(stderr, /^thaw: ARCHIVE_NOT_FOUND: /);
});

test('every file of src that reads a file beside itself can have it from inside the executable', async (t) => {
  const files = (await readdir(SRC, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const reading: string[] = [];
  for (const file of files) {
    const source = await readFile(join(SRC, file), 'utf8');
    if (!source.includes('import.meta.url')) continue;
    reading.push(file);
    t.regex(source, /\bembedded\('[^']+'\)/, file);
  }
  t.true(reading.includes('commands/main.ts'));
});
