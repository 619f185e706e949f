import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openImage } from '../../../src/runtime/image/image.ts';
import { carryLog } from '../../../src/runtime/restore/carry-log.ts';
import { recordedConfig } from '../../helpers/bundles.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

const OWNER = { uid: 'uid', container: 'web', pod: 'shop/web-0', sandbox: 'abc' };
const OLD = '2026-11-22T11:38:03.283194497Z stdout F web 1\n2026-11-22T11:38:03.3+01:00 stderr P web 2\n';

/** A log that CRI-O has opened, which says where it is. */
async function carried(t: ExecutionContext, archived: string, member = 'container.log', log = ''): Promise<string> {
  const folder = await temporaryFolder(t);
  const [image, path] = [join(await temporaryFolder(t)), join(folder, '0.log')];
  await writeFile(join(image, member), archived);
  await writeFile(path, log);
  const config = recordedConfig('cri-o-1.37/container');
  const annotations = { ...config.annotations, 'io.kubernetes.cri-o.LogPath': path };
  carryLog(openImage([image]), { ...config, annotations }, OWNER);
  return readFile(path, 'utf8');
}

for (const member of ['container.log', 'io.kubernetes.cri-o.LogPath', 'ctr.log']) {
  test(`the log in ${member} stands in front of the new one`, async (t) => {
    t.is(await carried(t, OLD, member), OLD);
  });
}

test('lines that are not as the CRI has them stay behind, and so does a last line without an end', async (t) => {
  t.is(await carried(t, `no time\n${OLD}\n\u001b[2J stdout F x\n2026-11-22T11:38:03Z stdout F half a`), OLD);
  t.is(await carried(t, 'nothing of it'), '');
});

test('of a giant log the end is carried over', async (t) => {
  const text = await carried(t, OLD.repeat(200_000));
  t.true(text.length > 10_000_000 && text.length <= 10 * 1024 * 1024);
  t.true(text.endsWith(OLD));
});

test('what is written already stays', async (t) => {
  t.is(await carried(t, OLD, 'container.log', 'first\n'), `first\n${OLD}`);
});

test('a log that is a link is not written to, and no log at all is no error', async (t) => {
  const folder = await temporaryFolder(t);
  const target = join(folder, 'target');
  await writeFile(target, '');
  await symlink(target, join(folder, '0.log'));
  await writeFile(join(folder, 'container.log'), OLD);
  const config = recordedConfig('cri-o-1.37/container');
  for (const path of [join(folder, '0.log'), join(folder, 'none.log')]) {
    const annotations = { ...config.annotations, 'io.kubernetes.cri-o.LogPath': path };
    t.notThrows(() => carryLog(openImage([folder]), { ...config, annotations }, OWNER));
  }
  t.is(await readFile(target, 'utf8'), '');
  t.notThrows(() => carryLog(openImage([folder]), recordedConfig('containerd-2.3/container'), OWNER));
});
