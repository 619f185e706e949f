import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { basic } from '../helpers/access-files.ts';
import { makeCertificates } from '../helpers/certificates.ts';
import { fixturePath, temporaryFolder } from '../helpers/fixtures.ts';
import { peerTest } from '../helpers/peer.ts';
import { CLI, thaw, thawOk } from '../helpers/thaw.ts';

// The registry as other machines come to it: TLS, credentials made by htpasswd, clients that have never heard of thaw.

const RULES = `htpasswd: htpasswd
rules:
  - users: [converter]
    repositories: ['checkpoints/**']
    allow: [pull, push]
  - users: [node]
    repositories: ['checkpoints/**']
    allow: [pull]
  - anonymous: true
    repositories: ['public']
    allow: [pull]
  - users: [admin]
    repositories: ['**']
    allow: [pull, push, delete]
`;
const PASSWORDS = { converter: 'hunter2', node: 'rosebud', admin: 'open sesame' };

type User = keyof typeof PASSWORDS;

interface Guarded {
  readonly address: string;
  /** A folder with the authority's certificate, as skopeo wants it. */
  readonly certs: string;
  readonly ca: string;
  readonly folder: string;
  /** All that was logged, once the registry has ended. */
  readonly stop: () => Promise<string>;
}

async function guarded(t: ExecutionContext): Promise<Guarded> {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  const { certificate, key, ca } = await makeCertificates(t);
  await mkdir(at('certs'));
  await copyFile(ca, join(at('certs'), 'ca.crt'));
  await writeFile(at('access.yaml'), RULES);
  for (const [user, password] of Object.entries(PASSWORDS)) {
    const create = user === 'converter' ? ['-c'] : [];
    await execa('htpasswd', [...create, '-b', '-B', '-C', '5', at('htpasswd'), user, password]);
  }
  const tls = ['--tls-cert', certificate, '--tls-key', key, '--access', at('access.yaml')];
  const args = ['registry', 'serve', '--root', at('data'), '--listen', '127.0.0.1:0', ...tls, '--json'];
  const serve = execa(process.execPath, [CLI, ...args], { reject: false });
  t.teardown(() => serve.kill('SIGKILL'));
  const [first] = (await once(serve.stdout, 'data')) as [Buffer];
  const stop = async () => {
    serve.kill('SIGTERM');
    return (await serve).stderr;
  };
  return { address: JSON.parse(first.toString()).address, certs: at('certs'), ca, folder, stop };
}

const creds = (user: User) => `${user}:${PASSWORDS[user]}`;

peerTest(
  ['skopeo', 'openssl', 'htpasswd'],
  'skopeo pushes with credentials over TLS, pulls with fewer, and is refused with too few; the log has none of them',
  async (t) => {
    const { address, certs, folder, stop } = await guarded(t);
    const root = join(folder, 'source');
    await thawOk([
      'convert',
      fixturePath('crio/web'),
      '--root',
      root,
      '--quiet',
      '--to',
      'checkpoint-registry.local/x:web',
    ]);
    const from = await plainCopy(t, root, folder);
    const to = (name: string) => `docker://${address}/${name}`;
    const push = (name: string, ...flags: string[]) =>
      execa('skopeo', ['copy', '--insecure-policy', '--dest-cert-dir', certs, ...flags, from, to(name)], {
        reject: false,
      });
    const inspect = (name: string, ...flags: string[]) =>
      execa('skopeo', ['inspect', '--cert-dir', certs, ...flags, to(name)], { reject: false });

    t.is((await push('checkpoints:web', '--dest-creds', creds('converter'))).exitCode, 0);
    t.is((await push('public:web', '--dest-creds', creds('admin'))).exitCode, 0);
    t.is((await inspect('checkpoints:web', '--creds', creds('node'))).exitCode, 0);
    t.is((await inspect('public:web', '--no-creds')).exitCode, 0);

    t.regex((await push('checkpoints:again', '--dest-creds', creds('node'))).stderr, /denied|403/);
    t.regex((await push('elsewhere:web', '--dest-creds', creds('converter'))).stderr, /denied|403/);
    t.regex((await push('checkpoints:web', '--dest-no-creds')).stderr, /unauthorized|authentication required/);
    t.regex((await inspect('checkpoints:web', '--no-creds')).stderr, /unauthorized|authentication required/);
    t.regex(
      (await inspect('checkpoints:web', '--creds', 'node:wrong')).stderr,
      /unauthorized|authentication|invalid username/,
    );
    const untrusted = await execa('skopeo', ['inspect', '--no-creds', to('public:web')], { reject: false });
    t.regex(untrusted.stderr, /x509|certificate/);

    const log = await stop();
    t.regex(log, /"user":"converter"/);
    for (const secret of [...Object.values(PASSWORDS), ...Object.keys(PASSWORDS).map((user) => token(user as User))]) {
      t.false(log.includes(secret), secret);
    }
  },
);

/** An `oci:` copy of an image in a data folder. */
async function plainCopy(t: ExecutionContext, root: string, folder: string): Promise<string> {
  const serve = execa(
    process.execPath,
    [CLI, 'registry', 'serve', '--root', root, '--listen', '127.0.0.1:0', '--json'],
    {
      reject: false,
    },
  );
  t.teardown(() => serve.kill('SIGKILL'));
  const [first] = (await once(serve.stdout, 'data')) as [Buffer];
  const layout = `oci:${join(folder, 'layout')}:web`;
  const from = `docker://${JSON.parse(first.toString()).address}/x:web`;
  await execa('skopeo', ['copy', '--insecure-policy', '--src-tls-verify=false', from, layout]);
  serve.kill('SIGTERM');
  await serve;
  return layout;
}

function token(user: User): string {
  return basic(user, PASSWORDS[user]).Authorization.replace('Basic ', '');
}

peerTest(
  ['openssl', 'htpasswd'],
  "thaw's own client converts into it and pulls from it, over TLS with credentials",
  async (t) => {
    const { address, ca, folder } = await guarded(t);
    const as = (user: User) => ['--ca-file', ca, '--username', user, '--password-stdin'];
    const to = `${address}/checkpoints`;
    const convert = ['convert', fixturePath('crio/web'), '--to', to, '--quiet'];
    const reference = (await thawOk([...convert, ...as('converter')], { input: PASSWORDS.converter })).trim();
    const back = join(folder, 'back.tar');
    await thawOk(['pull', reference, '-o', back, '--quiet', ...as('node')], { input: PASSWORDS.node });
    await execa`cmp ${back} ${fixturePath('crio/web')}`;
    const other = ['convert', fixturePath('crio/counter'), '--to', to, '--quiet'];
    const refused = await thaw([...other, ...as('node')], { input: PASSWORDS.node });
    t.is(refused.exitCode, 5, refused.stderr);
  },
);
