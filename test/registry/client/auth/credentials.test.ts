import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { findCredentials } from '../../../../src/registry/client/auth/credentials.ts';
import { type CredentialFiles, credentialPlaces } from '../../../helpers/credential-places.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const QUERY = { registry: 'reg.example.com:5000', repository: 'team/checkpoints' };

function entry(username: string, password = 'secret') {
  return { auth: btoa(`${username}:${password}`) };
}

/** A helper that echoes the server it was asked for as the user name. */
const ECHO = `read -r server; test "$1" = get && printf '{"ServerURL":"%s","Username":"%s","Secret":"s"}' "$server" "$server"`;
const NOT_FOUND = 'echo "credentials not found in native keychain"; exit 1';
const registry = QUERY.registry;

const FOUND: readonly [string, CredentialFiles, string][] = [
  ["Docker's config.json", { docker: { auths: { [registry]: entry('d') } } }, 'd'],
  ['a URL as the key', { docker: { auths: { [`https://${registry}/v1/`]: entry('d') } } }, 'd'],
  ['user name and password in plain', { docker: { auths: { [registry]: { username: 'd', password: 'p' } } } }, 'd'],
  ['a password with a colon', { docker: { auths: { [registry]: entry('d', 'a:b') } } }, 'd'],
  ["the containers' auth.json", { containers: { auths: { [registry]: entry('c') } } }, 'c'],
  [
    'Docker before containers',
    { docker: { auths: { [registry]: entry('d') } }, containers: { auths: { [registry]: entry('c') } } },
    'd',
  ],
  [
    'containers where Docker has only others',
    { docker: { auths: { other: entry('d') } }, containers: { auths: { [registry]: entry('c') } } },
    'c',
  ],
  [
    'the most specific entry',
    {
      containers: {
        auths: {
          [registry]: entry('host'),
          [`${registry}/team`]: entry('team'),
          [`${registry}/team/check`]: entry('x'),
        },
      },
    },
    'team',
  ],
  [
    'the very repository',
    { containers: { auths: { [`${registry}/team`]: entry('team'), [`${registry}/team/checkpoints`]: entry('repo') } } },
    'repo',
  ],
  ['a helper of the registry', { docker: { credHelpers: { [registry]: 'echo' } }, helpers: { echo: ECHO } }, registry],
  ['a helper for all', { docker: { credsStore: 'echo' }, helpers: { echo: ECHO } }, registry],
  [
    "the registry's helper before the one for all",
    { docker: { credsStore: 'no', credHelpers: { [registry]: 'echo' } }, helpers: { echo: ECHO, no: 'exit 9' } },
    registry,
  ],
  [
    'the file where the helper has nothing',
    { docker: { credsStore: 'no', auths: { [registry]: entry('d') } }, helpers: { no: NOT_FOUND } },
    'd',
  ],
  [
    "the containers' helper",
    { containers: { credHelpers: { [registry]: 'echo' } }, helpers: { echo: ECHO } },
    registry,
  ],
];

for (const [where, files, username] of FOUND) {
  test(`credentials are found: ${where}`, async (t) => {
    t.like(await findCredentials(QUERY, undefined, await credentialPlaces(t, files)), { kind: 'password', username });
  });
}

test('credentials that are given come before all files', async (t) => {
  const places = await credentialPlaces(t, { docker: 'broken' });
  t.like(await findCredentials(QUERY, { username: 'u', password: 'p' }, places), { username: 'u', password: 'p' });
});

test('a password keeps its colons', async (t) => {
  const places = await credentialPlaces(t, { docker: { auths: { [registry]: entry('d', 'a:b') } } });
  t.like(await findCredentials(QUERY, undefined, places), { password: 'a:b' });
});

test('DOCKER_CONFIG and REGISTRY_AUTH_FILE say where the files are', async (t) => {
  const { home } = await credentialPlaces(t, {
    docker: { auths: { [registry]: entry('d') } },
    containers: { auths: { [registry]: entry('c') } },
  });
  await rename(join(home, '.docker'), join(home, 'moved'));
  const docker = { environment: { DOCKER_CONFIG: join(home, 'moved') }, home };
  t.like(await findCredentials(QUERY, undefined, docker), { username: 'd' });
  const containers = { environment: { REGISTRY_AUTH_FILE: join(home, 'containers/auth.json') }, home };
  t.like(await findCredentials(QUERY, undefined, containers), { username: 'c' });
});

test("Docker Hub's credentials are found under its old URL", async (t) => {
  const places = await credentialPlaces(t, { docker: { auths: { 'https://index.docker.io/v1/': entry('hub') } } });
  t.like(await findCredentials({ registry: 'docker.io', repository: 'a' }, undefined, places), { username: 'hub' });
});

test('tokens are told from passwords', async (t) => {
  const auths = { a: { ...entry('u'), identitytoken: 'i' }, b: { registrytoken: 'r' } };
  const places = await credentialPlaces(t, { docker: { auths }, helpers: {} });
  t.like(await findCredentials({ ...QUERY, registry: 'a' }, undefined, places), { kind: 'identity', token: 'i' });
  t.like(await findCredentials({ ...QUERY, registry: 'b' }, undefined, places), { kind: 'access', token: 'r' });
  const script = `printf '{"Username":"<token>","Secret":"i"}'`;
  const helped = await credentialPlaces(t, { docker: { credsStore: 'x' }, helpers: { x: script } });
  t.like(await findCredentials(QUERY, undefined, helped), { kind: 'identity', token: 'i' });
});

const NOTHING: readonly [string, CredentialFiles][] = [
  ['there is no file', {}],
  ['the files know other registries', { docker: { auths: { 'reg.example.com': entry('d') } } }],
  ['the entry is empty', { docker: { auths: { [registry]: {} } } }],
  ['the helper does not know the registry', { docker: { credsStore: 'no' }, helpers: { no: NOT_FOUND } }],
];

for (const [when, files] of NOTHING) {
  test(`there are no credentials when ${when}`, async (t) => {
    t.is(await findCredentials(QUERY, undefined, await credentialPlaces(t, files)), undefined);
  });
}

const helper = (script: string): CredentialFiles => ({ docker: { credsStore: 'x' }, helpers: { x: script } });

const UNREADABLE: readonly [string, CredentialFiles, RegExp][] = [
  ['a file that is no JSON', { docker: '{"auths": hunter2' }, /config\.json is no JSON/],
  ['a file that is a list', { containers: [] }, /auth\.json is not of the right shape/],
  ['auths that are a text', { docker: { auths: 'hunter2' } }, /auths is no object/],
  ['an entry that is a text', { docker: { auths: { [registry]: 'hunter2' } } }, /is no object/],
  ['an auth that is not base64 of a pair', { docker: { auths: { [registry]: { auth: btoa('hunter2') } } } }, /base64/],
  ['a helper that is missing', { docker: { credsStore: 'missing' } }, /docker-credential-missing.*not installed/],
  ['a helper whose name is a path', { docker: { credsStore: '../x' } }, /no name of a program/],
  ['a helper that fails', helper('echo hunter2; echo hunter2 >&2; exit 3'), /exit code 3/],
  ['a helper that prints no JSON', helper('echo hunter2'), /did not print JSON/],
  ['a helper that prints no secret', helper(`echo '{"Username":"hunter2"}'`), /did not print JSON/],
];

for (const [what, files, message] of UNREADABLE) {
  test(`${what} is CREDENTIALS_UNREADABLE, and nothing of it is shown`, async (t) => {
    const places = await credentialPlaces(t, files);
    const error = await throwsCode(t, 'CREDENTIALS_UNREADABLE', () => findCredentials(QUERY, undefined, places));
    t.regex(error?.message ?? '', message);
    t.notRegex(`${error?.stack}${JSON.stringify(error)}${error?.cause}`, /hunter2/);
  });
}

test('a folder in place of the file is CREDENTIALS_UNREADABLE', async (t) => {
  const { home } = await credentialPlaces(t, {});
  const environment = { REGISTRY_AUTH_FILE: join(home, 'bin') };
  await throwsCode(t, 'CREDENTIALS_UNREADABLE', () => findCredentials(QUERY, undefined, { environment, home }));
});
