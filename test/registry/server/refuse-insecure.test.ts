import test from 'ava';
import { refuseInsecure } from '../../../src/registry/server/refuse-insecure.ts';
import { throwsCode } from '../../helpers/throws.ts';

const BARE = { tls: false, access: false, insecure: false };

for (const address of ['127.0.0.1', '127.1.2.3', '::1']) {
  test(`${address} is this machine alone and needs nothing`, (t) =>
    t.notThrows(() => refuseInsecure({ ...BARE, address })));
}

for (const address of ['0.0.0.0', '::', '192.0.2.1', '2001:db8::1']) {
  test(`${address} needs TLS and an access file, or somebody who says that it does not`, async (t) => {
    const missing = async (found: Partial<typeof BARE>) => {
      const refuse = () => refuseInsecure({ ...BARE, ...found, address });
      return (await throwsCode(t, 'INSECURE_LISTEN', refuse))?.facts['missing'];
    };
    t.deepEqual(await missing({}), ['--tls-cert and --tls-key', '--access']);
    t.deepEqual(await missing({ tls: true }), ['--access']);
    t.deepEqual(await missing({ access: true }), ['--tls-cert and --tls-key']);
    t.notThrows(() => refuseInsecure({ ...BARE, tls: true, access: true, address }));
    t.notThrows(() => refuseInsecure({ ...BARE, insecure: true, address }));
  });
}
