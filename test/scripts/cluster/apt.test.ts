import test from 'ava';
import { fetchSettings, mirrorOf } from '../../../scripts/cluster/apt.ts';
import { BuildError } from '../../../scripts/cluster/step.ts';

const mirror = test.macro({
  exec: (t, lines: readonly string[], wanted: string) => t.is(mirrorOf(lines.join('\n')), wanted),
  title: (title = '') => `the mirror is taken from ${title}`,
});

test(
  'the source with a suite of Debian, not from others before it',
  mirror,
  [
    "'https://packages.example/apt/dists/tools-bookworm/InRelease' packages.example_apt_dists_tools-bookworm_InRelease 0 ",
    "'http://mirror.example/debian-security/dists/bookworm-security/InRelease' x 0 ",
    "'http://mirror.example/debian/dists/bookworm/InRelease' x 0 ",
    "'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' x 0 ",
  ],
  'http://mirror.example/debian/',
);
test(
  'a source that names its suite by age',
  mirror,
  ["'https://a.example/dists/stable/InRelease' x 0 "],
  'https://a.example/',
);
test(
  'a list of mirrors, which stays unread',
  mirror,
  ["'mirror+file:/etc/apt/mirrors/debian.list/dists/trixie/InRelease' x 0 "],
  'mirror+file:/etc/apt/mirrors/debian.list/',
);

test('a host whose apt has no Debian in it is refused, with what to add', (t) => {
  const ubuntu = "'http://archive.ubuntu.com/ubuntu/dists/noble/InRelease' x 0 ";
  t.throws(() => mirrorOf(ubuntu), { instanceOf: BuildError, message: /add a mirror to \/etc\/apt\/sources\.list/ });
});

test('only how the host fetches is taken over, and a proxy for debootstrap as well', (t) => {
  const dump = [
    'Acquire ',
    'Acquire::AllowInsecureRepositories 0',
    'Acquire::Check-Valid-Until false',
    'Acquire::http::Proxy http://proxy.example:3128',
    'Acquire::Languages:: none',
  ];
  t.deepEqual(fetchSettings(dump.join('\n')), {
    options: ['-o', 'Acquire::Check-Valid-Until=false', '-o', 'Acquire::http::Proxy=http://proxy.example:3128'],
    env: { http_proxy: 'http://proxy.example:3128' },
  });
});

test('a host that says nothing of how it fetches adds nothing', (t) => {
  t.deepEqual(fetchSettings('Acquire \nAcquire::cdrom \n'), { options: [], env: {} });
});
