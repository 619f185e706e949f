import test from 'ava';
import { parseBindMounts } from '../../../src/checkpoint/dumps/bind-mounts.ts';
import { parseConfigDump } from '../../../src/checkpoint/dumps/config-dump.ts';
import { parseDeletedFiles } from '../../../src/checkpoint/dumps/deleted-files.ts';
import { parseSpecDump } from '../../../src/checkpoint/dumps/spec-dump.ts';
import { parseStatusDump } from '../../../src/checkpoint/dumps/status-dump.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { type FixtureName, fixturePath } from '../../helpers/fixtures.ts';
import { throwsCode } from '../../helpers/throws.ts';

async function read(fixture: FixtureName, name: string): Promise<Uint8Array> {
  return (await loadArchive(fixturePath(fixture))).data.get(name) ?? new Uint8Array();
}

test("CRI-O's config.dump tells the image, the runtime and the times", async (t) => {
  const config = parseConfigDump(await read('crio/counter', 'config.dump'));
  t.is(config.name, 'k8s_counter_stateful-pod_default_3476063c-4cce-43fc-b03f-6276aa26e6f1_0');
  t.is(config.rootfsImageRef, '8a72b155bcc7772ac439426cc932237de7a761f35ac7a024282c425bb8067a8d');
  t.is(config.checkpointedTime, '2026-11-22T06:58:26.130117355Z');
});

test("Podman's config.dump names the image in other fields and no time of the checkpoint", async (t) => {
  const config = parseConfigDump(await read('podman/counter', 'config.dump'));
  t.is(config.rootfsImageID, 'b2585bef14a098c2e86b32f57c57a9949be4f23e783200dff63fafa02c44d6d7');
  t.is(config.checkpointedTime, undefined);
});

test('spec.dump tells annotations and mounts', async (t) => {
  const { annotations = {}, mounts = [] } = parseSpecDump(await read('podman/counter', 'spec.dump'));
  t.is(annotations['io.container.manager'], 'libpod');
  t.deepEqual(mounts[0], {
    destination: '/proc',
    type: 'proc',
    source: 'proc',
    options: ['nosuid', 'noexec', 'nodev'],
  });
});

test("containerd's status.dump tells the labels and the image", async (t) => {
  const status = parseStatusDump(await read('containerd/web', 'status.dump'));
  t.is(status.labels?.['io.kubernetes.pod.name'], 'counter');
  t.is(status.image_id, 'sha256:f6f1f27c6a4f763818bf461d2ca1552e809a617a2575b39b2aba97bdb0268833');
});

test('bind.mounts lists sources and destinations', async (t) => {
  t.deepEqual(parseBindMounts(await read('crio/counter', 'bind.mounts'))[2], {
    source: '/tmp/etc-hosts',
    destination: '/etc/hosts',
    file_type: 'file',
    permissions: 0o755,
  });
});

test('deleted.files lists paths', (t) => {
  t.deepEqual(parseDeletedFiles(Buffer.from('["/etc/motd","/root"]')), ['/etc/motd', '/root']);
});

const NAMES = {
  'config.dump': parseConfigDump,
  'spec.dump': parseSpecDump,
  'status.dump': parseStatusDump,
  'bind.mounts': parseBindMounts,
  'deleted.files': parseDeletedFiles,
};

for (const [name, parse] of Object.entries(NAMES)) {
  test(`a broken ${name} is called by its name`, async (t) => {
    const error = await throwsCode(t, 'DUMP_INVALID', () => parse(Buffer.from('{"mounts":7,"metadata":7}[')));
    t.is(error?.facts['file'], name);
  });
}
