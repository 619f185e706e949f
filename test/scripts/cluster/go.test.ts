import test from 'ava';
import { goOf, isAtLeast } from '../../../scripts/cluster/go.ts';
import { peerTest } from '../../helpers/peer.ts';

const compared = test.macro({
  exec: (t, version: string, wanted: string, enough: boolean) => t.is(isAtLeast(version, wanted), enough),
  title: (_, version, wanted, enough) => `Go ${version} is ${enough ? '' : 'not '}enough where ${wanted} is wanted`,
});

test(compared, '1.26.8', '1.26.8', true);
test(compared, '1.26.10', '1.26.8', true);
test(compared, '1.26.7', '1.26.8', false);
test(compared, '1.27', '1.26.8', true);
test(compared, '1.26', '1.26.0', true);
test(compared, '1.26', '1.26.8', false);
test(compared, '1.9', '1.26', false);
test(compared, '2.0', '1.26.8', true);

peerTest(['go'], 'the Go on PATH says its version', async (t) => {
  t.regex((await goOf())?.version ?? '', /^1\.\d+/);
});
