import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { fieldsOf, itemsOf } from '../../src/kube/fields.ts';
import { writeKubeYaml } from '../../src/kube/kube-yaml.ts';
import { peerTest } from '../helpers/peer.ts';

/** Texts that one reader of YAML or another takes for something else. */
const TRAPS = [
  ...['', 'y', 'n', 'Yes', 'no', 'on', 'OFF', 'true', 'null', '~', '<<', '=', '-', '?', '...', '--- a', '- x', '? x'],
  ...['0644', '0o17', '0x1f', '0b1', '1e3', '.5', '1.', '+1', '1_000', '12:30', '.nan', '.inf', '2001-01-01', '123abc'],
  ...['a: b', 'a #b', 'x:', ' x', 'x ', '\t', 'x\n', '\nx', 'x\n\n', '  x\ny', '\tx\ny', 'x\r\ny', '#\nx', '\n'],
  ...['!', '&', '*a', '|', '>', '%', '@', '`', '{}', '[]', '"q"', "'q'", 'a\\b', 'é', '\u0085', 'a\u2028b', '\u2029'],
];

/** What kubectl reads from a pod's manifest, without asking a server. */
function throughKubectl(pod: object): unknown {
  const args = ['label', '--local', '-f', '-', 'read-by=kubectl', '-o', 'json'];
  return JSON.parse(execFileSync('kubectl', args, { input: writeKubeYaml(pod), encoding: 'utf8' }));
}

peerTest(['kubectl'], 'kubectl reads every text as it was written, as a value and as a key', (t) => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(text, { minLength: 40 }), (random) => {
      const texts = [...TRAPS, ...random];
      const annotations = Object.fromEntries(texts.map((key) => [key, key]));
      const spec = { containers: [{ name: 'web', args: texts }] };
      const read = fieldsOf(
        throughKubectl({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', annotations }, spec }),
      );
      t.deepEqual(fieldsOf(itemsOf(fieldsOf(read['spec'])['containers'])[0])['args'], texts);
      t.deepEqual(fieldsOf(fieldsOf(read['metadata'])['annotations']), annotations);
    }),
    { numRuns: 3 },
  );
});
