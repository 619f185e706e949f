import test from 'ava';
import { type FixtureName, fixturePath, temporaryFolder } from '../helpers/fixtures.ts';
import { thaw, thawOk } from '../helpers/thaw.ts';

const tree = test.macro({
  async exec(t, name: FixtureName, lines: RegExp[]) {
    const text = await thawOk(['inspect', fixturePath(name)]);
    for (const line of lines) t.regex(text, line);
    t.notRegex(text, /undefined|\[object/);
  },
  title: (_, name: FixtureName) => `inspect shows what a person wants to know of ${name}`,
});

test(tree, 'crio/web', [/engine +cri-o/, /pod +shop\/web-0/, /├─ \/data +read-write/, /pages-1\.img +72 KiB/]);
test(tree, 'containerd/web', [
  /engine +containerd/,
  /emptyDir data read-write/,
  /runtime +io\.containerd\.runc\.v2, amd64/,
]);
test(tree, 'podman/counter.zst', [/253 KiB, zstd on disk 28\.9 KiB/, /required mounts +none/]);

test('inspect --json gives every member with its exact bytes', async (t) => {
  const { members, metadata, size } = JSON.parse(await thawOk(['inspect', fixturePath('crio/web'), '--json']));
  t.is(metadata.pod.name, 'web-0');
  t.is(members[0].start, 0);
  for (const [at, member] of members.entries()) if (at > 0) t.is(member.start, members[at - 1].end);
  t.is(members.at(-1).end + 1024, size);
});

test('an image tells the same as its archive, without it', async (t) => {
  const env = { XDG_DATA_HOME: await temporaryFolder(t) };
  const archive = fixturePath('containerd/web');
  const reference = await thawOk(['convert', archive, '--quiet'], { env });
  const image = JSON.parse(await thawOk(['inspect', reference, '--json'], { env }));
  t.deepEqual(image.facts.metadata, JSON.parse(await thawOk(['inspect', archive, '--json'])).metadata);
  const text = await thawOk(['inspect', reference], { env });
  t.regex(text, /layers +1 layer, 263 KiB\n +└─ sha256:[0-9a-f]{64} +263 KiB/);
});

test('NO_COLOR or not, nothing but a terminal gets colours', async (t) => {
  const { stdout, stderr } = await thaw(['inspect', fixturePath('crio/counter')], { env: { FORCE_COLOR: '' } });
  t.regex(stderr, /TRAILING_DATA/);
  t.false(`${stdout}${stderr}`.includes('\u001b'));
});
