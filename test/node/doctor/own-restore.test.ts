import test from 'ava';
import { ownRestore } from '../../../src/node/doctor/own-restore.ts';
import type { Daemon } from '../../../src/node/runtime/daemon.ts';
import type { TomlTable } from '../../../src/node/toml.ts';

const cri = (table: TomlTable): TomlTable => ({ plugins: { 'io.containerd.cri.v1.runtime': table } });
const ON = 'works';

/** A runtime, what it is told, and what becomes of its own restore. */
const CASES: readonly (readonly [
  runtime: Daemon['runtime'],
  version: string,
  settings: TomlTable,
  is: string | RegExp,
])[] = [
  ['containerd', 'v2.0.14', cri({}), /cannot restore from images yet/],
  ['containerd', 'v2.1.9', cri({}), ON],
  ['containerd', 'v2.2.6', cri({ enable_criu: true }), ON],
  ['containerd', '2.2.9', cri({ enable_criu: true, enable_experimental_restore_via_create: false }), /_create is off/],
  ['containerd', '2.3.7', cri({ enable_criu: true, enable_experimental_restore_via_create: true }), ON],
  [
    'containerd',
    '2.3.7',
    cri({ enable_criu: false, enable_experimental_restore_via_create: true }),
    /enable_criu is off/,
  ],
  ['containerd', '2.4.2', cri({ enable_experimental_restore_via_create: true }), /no longer restores.*removed in 2\.4/],
  ['cri-o', '1.33.0', { crio: { runtime: { enable_criu_support: true } } }, ON],
  ['cri-o', '1.33.0', { crio: { runtime: { enable_criu_support: false } } }, /enable_criu_support is off/],
  ['cri-o', '1.37.0', { crio: { checkpoint_restore: { container_level_enabled: 'checkpoint_restore' } } }, ON],
  ['cri-o', '1.37.0', { crio: { checkpoint_restore: { container_level_enabled: 'none' } } }, /enabled is none/],
  [
    'cri-o',
    '1.36.3',
    {
      crio: {
        runtime: { enable_criu_support: true },
        checkpoint_restore: { container_level_enabled: 'checkpoint_only' },
      },
    },
    /enabled is checkpoint_only/,
  ],
];

for (const [runtime, version, settings, is] of CASES) {
  test(`${runtime} ${version}, ${JSON.stringify(settings)}: ${is}`, (t) => {
    const { works, why } = ownRestore({ runtime, version }, settings);
    t.is(works, is === ON);
    if (is instanceof RegExp) t.regex(why ?? '', is);
  });
}
