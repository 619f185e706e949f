import { once } from 'node:events';
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
