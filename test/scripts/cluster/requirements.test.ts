import test from 'ava';
import { type Machine, thisMachine } from '../../../scripts/cluster/machine.ts';
import { missing, type Plan } from '../../../scripts/cluster/requirements.ts';

const GOOD: Machine = {
  platform: 'linux',
  arch: 'x64',
  uid: 0,
  namespaces: true,
  go: { version: '1.26.8', fetches: false },
  has: () => true,
};

const ALL: Plan = { compile: ['1.25.0', '1.26.8', '1.26.0'], debian: true, run: true };

const lacks = test.macro({
  exec: (t, machine: Partial<Machine>, plan: Plan, wanted: readonly string[]) =>
    t.deepEqual(missing({ ...GOOD, ...machine }, plan), wanted),
  title: (title = '') => `${title}`,
});

const without = (...programs: readonly string[]) => ({ has: (program: string) => !programs.includes(program) });
const namespaces = 'the right to make namespaces (CAP_SYS_ADMIN): a container must be privileged';

test('a machine that has all lacks nothing', lacks, {}, ALL, []);
test('of another system nothing more is said', lacks, { platform: 'darwin', uid: 501 }, ALL, ['Linux: this is darwin']);
test('a processor without packages is refused', lacks, { arch: 'riscv64' }, {}, [
  'a processor of x64 or arm64: this is riscv64',
]);
test('arm64 is taken', lacks, { arch: 'arm64' }, ALL, []);
test('who is not root cannot run it', lacks, { uid: 1000, namespaces: false }, { run: true }, [
  'root: run it with sudo',
]);
test('who is not root cannot make a Debian root', lacks, { uid: 1000 }, { debian: true }, ['root: run it with sudo']);
test('who is not root can compile', lacks, { uid: 1000, namespaces: false }, { compile: ['1.26.8'] }, []);
test('root in a container that may not make namespaces is told so', lacks, { namespaces: false }, ALL, [namespaces]);
test('the newest Go that anything wants counts', lacks, { go: undefined }, ALL, [
  'Go 1.26.8 or newer: https://go.dev/dl/',
]);
test('an old Go is not enough', lacks, { go: { version: '1.19.8', fetches: false } }, ALL, [
  'Go 1.26.8 or newer, and not 1.19.8: https://go.dev/dl/ (from 1.21 on, GOTOOLCHAIN=auto gets it)',
]);
test('an old Go that fetches newer ones is enough', lacks, { go: { version: '1.22', fetches: true } }, ALL, []);
test('where all is built no Go is needed', lacks, { go: undefined }, { compile: [], run: true }, []);
test('missing programs are named with their packages, each once', lacks, without('ip', 'unshare', 'nsenter'), ALL, [
  'unshare, nsenter: apt-get install util-linux',
  'ip: apt-get install iproute2',
]);
test('a program that is not called is not asked for', lacks, without('debootstrap', 'openssl'), { run: true }, [
  'openssl: apt-get install openssl',
]);
test('all that is missing is said at once', lacks, { uid: 1000, go: undefined, ...without('debootstrap') }, ALL, [
  'root: run it with sudo',
  'Go 1.26.8 or newer: https://go.dev/dl/',
  'debootstrap: apt-get install debootstrap',
]);

test('the machine that this runs on is looked at as it is', async (t) => {
  const machine = await thisMachine();
  t.is(machine.platform, process.platform);
  t.is(machine.uid, process.getuid?.() ?? -1);
  t.true(machine.has('node'));
  t.false(machine.has('no-such-program-anywhere'));
});
