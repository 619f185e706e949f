import test from 'ava';
import { bundleOf, readCall } from '../../../src/runtime/call/call.ts';
import { recordedArguments } from '../../helpers/bundles.ts';

test('the call that containerd makes is read: options of runc and of create, each with its value in the next word', (t) => {
  const call = readCall(recordedArguments('containerd-2.3/container'));
  const id = '5f1d0cedda35d0ca1d1d2228bbfaa7546d5bbd1f798b36c092b5ea070e5c6bd4';
  const bundle = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}`;
  t.like(call, { command: 'create', id });
  t.is(bundleOf(call), bundle);
  t.is(call.global.get('log'), `${bundle}/log.json`);
  t.is(call.global.get('log-format'), 'json');
  t.is(call.options.get('pid-file'), `${bundle}/init.pid`);
  t.deepEqual(call.globals.slice(0, 2), ['--root', '/run/containerd/runc/k8s.io']);
  t.is(call.globals.length, 6);
});

test('the call that CRI-O makes is read: --root=<path>, and no log', (t) => {
  const call = readCall(recordedArguments('cri-o-1.37/container'));
  t.like(call, { command: 'create', globals: ['--root=/run/runc'] });
  t.is(call.global.get('log'), undefined);
  t.is(bundleOf(call), `/run/containers/storage/overlay-containers/${call.id}/userdata`);
});

test('the ID is the last word, also behind an option that this thaw does not know', (t) => {
  t.is(readCall(['create', '--bundle', '/b', '--new-option', 'value', 'abc']).id, 'abc');
  t.is(readCall(['delete', '--force', 'abc']).id, 'abc');
  t.is(readCall(['state', 'a.b-c_d+e']).id, 'a.b-c_d+e');
});

for (const argv of [
  ['create', '--bundle', 'abc'],
  ['state'],
  ['state', '../abc'],
  ['state', '..'],
  ['state', 'a/b'],
  ['start', ''],
]) {
  test(`"${argv.join(' ')}" has no ID that a container can have`, (t) => {
    t.is(readCall(argv).id, undefined);
  });
}

test('a bundle may be named by its short option, or be where runc is called', (t) => {
  t.is(bundleOf(readCall(['create', '-b', '/b', 'abc'])), '/b');
  t.is(bundleOf(readCall(['create', 'abc'])), '.');
});

test('a call without a command has none', (t) => {
  t.like(readCall(['--version']), { command: '', id: undefined, globals: ['--version'] });
  t.like(readCall([]), { command: '', id: undefined, globals: [] });
});
