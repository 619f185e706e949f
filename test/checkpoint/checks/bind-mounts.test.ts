import test from 'ava';
import { checkBindMounts } from '../../../src/checkpoint/checks/bind-mounts.ts';
import { MAX_FINDINGS } from '../../../src/checkpoint/checks/finding.ts';

const SPEC = { mounts: [{ destination: '/data', type: 'bind', source: '/srv' }, { destination: '/etc/hosts' }] };

function entry(destination: string): { source: string; destination: string } {
  return { source: '/root/.ssh/authorized_keys', destination };
}

test("destinations that are the container's mounts pass", (t) => {
  t.deepEqual(checkBindMounts([entry('/data'), entry('/etc/hosts')], SPEC), []);
  t.deepEqual(checkBindMounts([], {}), []);
});

for (const destination of ['/other', '/data/', '//data', '/data/.', '/x/../data', 'data', '', '/DATA', '/data/sub']) {
  test(`${JSON.stringify(destination)} is no mount of the container`, (t) => {
    const [finding, ...others] = checkBindMounts([entry('/data'), entry(destination)], SPEC);
    t.is(finding?.code, 'BIND_MOUNT_UNKNOWN');
    t.deepEqual(finding?.facts, { destination: JSON.stringify(destination) });
    t.deepEqual(others, []);
  });
}

test('a container without mounts has no bind mounts', (t) => {
  t.is(checkBindMounts([entry('/data')], {}).length, 1);
});

test('findings are not endless', (t) => {
  const entries = Array.from({ length: 10_000 }, (_, index) => entry(`/${index}`));
  t.is(checkBindMounts(entries, SPEC).length, MAX_FINDINGS);
});
