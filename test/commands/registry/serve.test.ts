import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { fixturePath, temporaryFolder } from '../../helpers/fixtures.ts';
import { CLI, thaw, thawOk } from '../../helpers/thaw.ts';

test('serve says where it listens, serves what convert wrote, and stops on SIGTERM', async (t) => {
  const folder = await temporaryFolder(t);
  const root = join(folder, 'data');
  const reference = await thawOk(['convert', fixturePath('crio/web'), '--root', root, '--quiet']);
  const serve = execa(process.execPath, [
    CLI,
    'registry',
    'serve',
    '--root',
    root,
    '--listen',
    '127.0.0.1:0',
    '--json',
  ]);
  const [first] = (await once(serve.stdout, 'data')) as [Buffer];
  const { url, address } = JSON.parse(first.toString());
  t.is(url, `http://${address}`);
  const there = reference.replace('checkpoint-registry.local', address);
  await thawOk(['pull', there, '-o', join(folder, 'back.tar'), '--quiet']);
  serve.kill('SIGTERM');
  const { exitCode, stderr } = await serve;
  t.is(exitCode, 0);
  const logged = stderr.split('\n').map((line) => JSON.parse(line));
  t.true(
    logged.some(({ msg }) => msg === 'registry is listening'),
    'JSON logs when not on a terminal',
  );
});

test('an address that is taken is LISTEN_FAILED', async (t) => {
  const root = await temporaryFolder(t);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const { exitCode, stderr } = await thaw([
    'registry',
    'serve',
    '--root',
    root,
    '--listen',
    `127.0.0.1:${port}`,
    '--quiet',
  ]);
  t.is(exitCode, 7);
  t.regex(stderr, /LISTEN_FAILED: .*EADDRINUSE/);
});

test('other machines are let in only with TLS and an access file, or when somebody says --insecure', async (t) => {
  const root = join(await temporaryFolder(t), 'data');
  const serve = ['registry', 'serve', '--root', root, '--listen', '0.0.0.0:0'];
  const { exitCode, stderr } = await thaw(serve);
  t.is(exitCode, 2);
  t.regex(stderr, /INSECURE_LISTEN: .*--tls-cert.*--access/);
  await t.throwsAsync(access(root), { code: 'ENOENT' }, 'nothing was made');
  const insecure = execa(process.execPath, [CLI, ...serve, '--insecure'], { reject: false });
  t.regex(String(await once(insecure.stdout, 'data')), /^http:\/\/0\.0\.0\.0:\d+/);
  insecure.kill('SIGTERM');
  t.is((await insecure).exitCode, 0);
});

const WRONG: readonly [args: readonly string[], exitCode: number, says: RegExp][] = [
  [['--tls-cert', 'x.pem'], 2, /USAGE: --tls-cert is given without --tls-key/],
  [['--tls-key', 'x.pem'], 2, /USAGE: --tls-key is given without --tls-cert/],
  [['--tls-cert', 'x.pem', '--tls-key', 'x.pem'], 2, /TLS_INVALID: .*x\.pem/],
  [['--access', 'x.yaml'], 2, /ACCESS_INVALID: .*x\.yaml/],
  [['--metrics-listen', 'nowhere'], 2, /USAGE: "nowhere" is no address/],
  [['--grace', 'soon'], 2, /USAGE: .*--grace/],
  [['--max-sessions', '0'], 2, /USAGE: .*--max-sessions/],
];

for (const [args, exitCode, says] of WRONG) {
  test(`serve ${args.join(' ')} is refused with what is wrong`, async (t) => {
    const cwd = await temporaryFolder(t);
    const run = await thaw(['registry', 'serve', '--root', 'data', '--listen', '127.0.0.1:0', ...args], { cwd });
    t.is(run.exitCode, exitCode);
    t.regex(run.stderr, says);
  });
}
