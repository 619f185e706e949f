import test from 'ava';
import { criuConfig } from '../../../src/runtime/restore/criu-config.ts';

const NONE = { connected: 0, tcpClose: false };
const IGNORE = 'manage-cgroups ignore\n';

const CASES: readonly (readonly [title: string, nodes: string, connections: typeof NONE, expected: string])[] = [
  ['a node without a file of its own', '', NONE, IGNORE],
  ['connections are closed', '', { ...NONE, connected: 2 }, `${IGNORE}tcp-close\n`],
  ['what froze with tcp-close wakes with it', '', { ...NONE, tcpClose: true }, `${IGNORE}tcp-close\n`],
  [
    "a node's choice about connections stands",
    'tcp-established\n',
    { ...NONE, connected: 1 },
    `${IGNORE}tcp-established\n`,
  ],
  [
    'but not against what froze with tcp-close',
    'tcp-established',
    { connected: 1, tcpClose: true },
    `${IGNORE}tcp-close\n`,
  ],
  [
    "a node's other options stay",
    '# ours\nverbosity=2\n\nghost-limit 1G',
    NONE,
    `# ours\nverbosity=2\nghost-limit 1G\n${IGNORE}`,
  ],
  ["a node's mode of cgroups goes, in either spelling", 'manage-cgroups=soft\n manage-cgroups full\n', NONE, IGNORE],
];

for (const [title, nodes, connections, expected] of CASES) {
  test(`CRIU's configuration: ${title}`, (t) => {
    t.is(criuConfig(nodes, connections), expected);
  });
}
