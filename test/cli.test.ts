import test from 'ava';
import { execa } from 'execa';
import { CLI, thaw } from './helpers/thaw.ts';

const pretend = (version: string) => [
  '--import',
  `data:text/javascript,${encodeURIComponent(
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
  )}`,
];

test('on a Node.js that is too old the command says which one it needs, and how to get it', async (t) => {
  const { exitCode, stderr, stdout } = await execa(process.execPath, [...pretend('20.20.2'), CLI, 'inspect', 'x.tar'], {
    reject: false,
  });
  t.is(exitCode, 2);
  t.is(stdout, '');
  t.regex(stderr, /NODE_TOO_OLD: thaw needs Node.js 24 or newer, and this is 20\.20\.2/);
  t.regex(stderr, /npm install --global node@24/);
});

test('on a newer Node.js it runs', async (t) => {
  const { exitCode, stdout } = await execa(process.execPath, [...pretend('31.0.0'), CLI, '--version']);
  t.is(exitCode, 0);
  t.regex(stdout, /^\d+\.\d+\.\d+$/);
});

test('a fault is one line for people, and one line of JSON with --json', async (t) => {
  const people = await thaw(['convert', '/nowhere/a.tar']);
  t.is(people.exitCode, 3);
  t.regex(people.stderr, /^thaw: ARCHIVE_NOT_FOUND: .*\n {2}\S.*\.$/);
  t.is(people.stdout, '');

  const { exitCode, stderr } = await thaw(['convert', '/nowhere/a.tar', '--json']);
  t.is(exitCode, 3);
  const { error } = JSON.parse(stderr);
  t.is(error.code, 'ARCHIVE_NOT_FOUND');
  t.is(error.kind, 'archive');
});

const usage = test.macro({
  async exec(t, args: string[], words: RegExp) {
    const { exitCode, stderr } = await thaw(args);
    t.is(exitCode, 2);
    t.regex(stderr, /^thaw: USAGE: /);
    t.regex(stderr, words);
  },
  title: (_, args: string[]) => `\`thaw ${args.join(' ')}\` is a USAGE error`,
});

test(usage, ['melt'], /unknown command/);
test(usage, ['convert'], /missing required argument/);
test(usage, ['convert', 'a.tar', '--layers', 'many'], /single, split/);
test(usage, ['convert', 'a.tar', '--allow', 'EVERYTHING'], /CDI_ANNOTATION/);
test(usage, ['convert', 'a.tar', 'b.tar', '--to', 'r.local/a:one'], /is one tag, and 2 archives/);
test(usage, ['convert', 'a.tar', '--to', `r.local/a@sha256:${'a'.repeat(64)}`], /names a digest/);
test(usage, ['pull', 'r.local/a:t'], /--output/);
test(usage, ['pull', 'r.local/a', '-o', 'x.tar'], /names a repository/);
test(usage, ['inspect', 'nothing-of-that-name'], /neither a file that is there nor an image reference/);
test(usage, ['registry', 'serve', '--listen', 'everywhere'], /no address to listen on/);
test(usage, ['registry', 'gc', '--grace', 'soon'], /'soon' is invalid\. Write for example 90s/);
test(usage, ['registry', 'gc', '--max-size', '-1'], /Write for example 500MB/);
test(usage, ['registry', 'gc', '--keep-last', '0'], /at least 1/);
test(usage, ['registry', 'rm'], /missing required argument/);
test(usage, ['registry', 'rm', 'r.local/a:t'], /works in a data folder/);
test(usage, ['pull', 'r.local/a:t', '-o', 'x', '--root', '/tmp'], /--root names the folder/);
test(usage, ['pull', 'r.local/a:t', '-o', 'x', '--username', 'me'], /go together/);

const help = test.macro({
  async exec(t, command: string[]) {
    const { exitCode, stdout, stderr } = await thaw([...command, '--help']);
    t.is(exitCode, 0);
    t.is(stderr, '');
    t.regex(stdout, /Usage: thaw/);
    t.regex(stdout, /Examples:\n {2}\S.*:\n {4}.*thaw /);
  },
  title: (_, command: string[]) => `\`thaw ${command.join(' ')} --help\` shows examples`,
});

for (const command of [
  ['inspect'],
  ['convert'],
  ['pod'],
  ['explain'],
  ['pull'],
  ['registry', 'serve'],
  ...['ls', 'rm', 'gc', 'verify', 'stats'].map((name) => ['registry', name]),
])
  test(help, command);

test('thaw pod does not load a Kubernetes client', async (t) => {
  const { stderr } = await thaw(['pod', '--help'], { env: { NODE_DEBUG: 'esm,module' } });
  t.notRegex(stderr, /node_modules\/@kubernetes\/client-node/);
});

test('thaw explain loads the Kubernetes client when it talks to a cluster, and not before', async (t) => {
  const debug = { env: { NODE_DEBUG: 'esm,module' } };
  const loaded = /node_modules\/@kubernetes\/client-node/;
  t.notRegex((await thaw(['explain', '--log', '-'], debug)).stderr, loaded);
  t.regex((await thaw(['explain', 'web-0', '--kubeconfig', '/nowhere/config'], debug)).stderr, loaded);
});

test('when nobody reads its output any more it ends as by SIGPIPE, without a stack trace', async (t) => {
  const line = `"${process.execPath}" "${CLI}" --help | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await execa('bash', ['-c', line]);
  t.is(stdout, '141');
  t.is(stderr, '');
});
