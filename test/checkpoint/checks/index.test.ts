import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { type CheckInput, checkCheckpoint, readCheckInput } from '../../../src/checkpoint/checks/index.ts';
import { type LoadedArchive, loadArchive, loadTar } from '../../helpers/checkpoint-files.ts';
import { FIXTURES, type FixtureName, fixturePath, temporaryFolder, unpackCache } from '../../helpers/fixtures.ts';
import { member } from '../../helpers/members.ts';
import { throwsCode } from '../../helpers/throws.ts';

/** containerd's rootfs-diff.tar is a gzip stream of a tar. */
async function inputOf(archive: LoadedArchive): Promise<CheckInput> {
  const diff = archive.data.get('rootfs-diff.tar') ?? Buffer.alloc(1_024);
  const { members } = await loadTar(diff.readUInt16BE(0) === 0x1f8b ? gunzipSync(diff) : diff);
  return readCheckInput(archive, members);
}

for (const name of Object.keys(FIXTURES) as FixtureName[]) {
  test(`no rule finds anything in ${name}`, async (t) => {
    const input = await inputOf(await loadArchive(fixturePath(name)));
    t.true(
      (input.rootfsDiff?.length ?? 0) > 0 && (input.spec.mounts?.length ?? 0) > 0,
      'there is something to look at',
    );
    t.deepEqual(checkCheckpoint(input), []);
  });
}

test('no rule finds anything in crio/cache', async (t) => {
  const archive = await loadArchive(await unpackCache(await temporaryFolder(t)));
  t.deepEqual(checkCheckpoint(await inputOf(archive)), []);
});

const HOSTILE: Readonly<Record<string, string>> = {
  'spec.dump': JSON.stringify({ annotations: { 'cdi.k8s.io/a': 'x' }, mounts: [{ destination: '/data' }] }),
  'status.dump': JSON.stringify({ annotations: { 'cdi.k8s.io/b': 'x' } }),
  'bind.mounts': JSON.stringify([{ source: '/etc/cron.d/x', destination: '/other' }]),
  'deleted.files': JSON.stringify(['/../etc/passwd']),
};

test('every file that the rules look at is read out of the archive, and every rule is run', async (t) => {
  const data = new Map(Object.entries(HOSTILE).map(([name, text]) => [name, Buffer.from(text)]));
  const members = [...Object.keys(HOSTILE), '.wh.a', '../b'].map((name) => member(name));
  const archive: LoadedArchive = { members, data, read: (name) => Promise.resolve(data.get(name)) };
  const findings = checkCheckpoint(await readCheckInput(archive, [member('../c')]));
  t.deepEqual(
    findings.map(({ code, facts }) => [code, facts['file'] ?? facts['member'] ?? facts['destination']]),
    [
      ['MEMBER_NAME_UNSAFE', '"../b"'],
      ['MEMBER_WHITEOUT', '".wh.a"'],
      ['CDI_ANNOTATION', 'spec.dump'],
      ['CDI_ANNOTATION', 'status.dump'],
      ['BIND_MOUNT_UNKNOWN', '"/other"'],
      ['ROOTFS_DIFF_ESCAPES', 'rootfs-diff.tar'],
      ['ROOTFS_DIFF_ESCAPES', 'deleted.files'],
    ],
  );
});

for (const name of Object.keys(HOSTILE)) {
  test(`a broken ${name} is no reason to skip its rule`, async (t) => {
    const read = (asked: string) => Promise.resolve(asked === name ? Buffer.from('{') : undefined);
    const error = await throwsCode(t, 'DUMP_INVALID', () => readCheckInput({ members: [], read }));
    t.is(error?.facts['file'], name);
  });
}

test('an archive with none of these files breaks no rule', async (t) => {
  const input = await readCheckInput({ members: [], read: () => Promise.resolve(undefined) });
  t.deepEqual(checkCheckpoint(input), []);
});
