import test from 'ava';
import { readCall } from '../../../src/runtime/call/call.ts';
import { containerPaths } from '../../../src/runtime/container/paths.ts';
import { restoreArguments } from '../../../src/runtime/restore/arguments.ts';
import { recordedArguments, recordedConfig } from '../../helpers/bundles.ts';

const paths = containerPaths('/run/thaw', 'abc');
const images = '/image/checkpoint';
const config = { root: { path: '/r' } };

test("a create becomes a restore with runc's own options, and CRIU keeps its hands off the cgroups", (t) => {
  const call = readCall([
    '--root',
    '/r',
    '--log',
    '/l',
    '--systemd-cgroup',
    'create',
    '--bundle',
    '/b',
    '--pid-file',
    '/p',
    'abc',
  ]);
  t.deepEqual(restoreArguments(call, { paths, images, config }), [
    ...['--root', '/r', '--log', '/l', '--systemd-cgroup', 'restore', '--detach'],
    ...['--bundle', '/run/thaw/abc/bundle', '--image-path', '/image/checkpoint', '--work-path', '/run/thaw/abc/work'],
    ...['--manage-cgroups-mode', 'ignore', '--file-locks', '--pid-file', '/p', 'abc'],
  ]);
});

test('a terminal and --no-pivot are handed on, and what restore does not have is not', (t) => {
  const call = readCall([
    'create',
    '--bundle=/b',
    '--console-socket=/c',
    '--no-pivot',
    '--no-new-keyring',
    '--preserve-fds',
    '0',
    'abc',
  ]);
  const words = restoreArguments(call, { paths, images, config });
  t.deepEqual(words.slice(words.indexOf('--file-locks') + 1), ['--console-socket', '/c', '--no-pivot', 'abc']);
});

test("a runc that has no log gets one, so that it does not quote CRIU's on the standard error", (t) => {
  const words = restoreArguments(readCall(['--root=/r', 'create', 'abc']), { paths, images, config });
  t.deepEqual(words.slice(0, 6), ['--root=/r', '--log', '/run/thaw/abc/runc.log', '--log-format', 'json', 'restore']);
});

test('the profiles of the new container are handed on', (t) => {
  const call = readCall(['create', 'abc']);
  const after = (changes: object): readonly string[] => {
    const words = restoreArguments(call, { paths, images, config: { ...config, ...changes } });
    return words.slice(words.indexOf('--file-locks') + 1, -1);
  };
  t.deepEqual(after({ process: { apparmorProfile: 'cri-containerd.apparmor.d' } }), [
    '--lsm-profile',
    'apparmor:cri-containerd.apparmor.d',
  ]);
  const selinux = { process: { selinuxLabel: 'system_u:system_r:container_t:s0:c1,c2' }, linux: { mountLabel: 'm' } };
  t.deepEqual(after(selinux), [
    '--lsm-profile',
    'selinux:system_u:system_r:container_t:s0:c1,c2',
    '--lsm-mount-context',
    'm',
  ]);
});

for (const name of ['containerd-2.3/container', 'cri-o-1.37/container'] as const) {
  test(`the restore of ${name} has the engine's root, pid file and ID`, (t) => {
    const recorded = recordedArguments(name);
    const words = restoreArguments(readCall(recorded), { paths, images, config: recordedConfig(name) });
    t.deepEqual(words.slice(0, recorded.indexOf('create')), recorded.slice(0, recorded.indexOf('create')));
    t.is(words[words.indexOf('--pid-file') + 1], recorded[recorded.indexOf('--pid-file') + 1]);
    t.is(words.at(-1), recorded.at(-1));
  });
}
