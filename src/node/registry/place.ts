import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errnoOf, ThawError } from '../../errors.ts';

/** The name under which pods ask for checkpoint images, wherever the registry is. */
export const REGISTRY_NAME = 'checkpoint-registry.local';

/** Where the registry is. */
export interface RegistryPlace {
  /** `https://10.0.0.1:5000`, without a slash at its end. */
  readonly url: string;
  /** `10.0.0.1:5000`. */
  readonly host: string;
  readonly plainHttp: boolean;
  /** The certificate of the authority that signed the registry's, in PEM; undefined where nodes know it already. */
  readonly ca: string | undefined;
}

/** Reads where the registry is. Throws USAGE for a URL that is none, or a file that holds no certificate. */
export async function registryPlace(text: string, caFile?: string): Promise<RegistryPlace> {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search || url.hash) {
    throw usage(
      `${JSON.stringify(text)} is no URL of a registry`,
      'write it as https://<host>:<port>, without a path',
      {
        registry: text,
      },
    );
  }
  if (url.username || url.password) {
    throw usage(
      'the URL of the registry holds credentials',
      'leave them out: nodes pull with the pull secrets of pods',
      {
        registry: url.host,
      },
    );
  }
  const plainHttp = url.protocol === 'http:';
  if (plainHttp && caFile !== undefined) {
    throw usage(`${text} is plain HTTP, which has no certificate for ${caFile}`, 'write https://, or leave --ca out', {
      registry: text,
    });
  }
  return { url: url.origin, host: url.host, plainHttp, ca: caFile === undefined ? undefined : await readCa(caFile) };
}

async function readCa(path: string): Promise<string> {
  try {
    const pem = await readFile(path, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const errno = errnoOf(cause) ?? '';
    const why = errno.startsWith('ERR_') ? 'no certificate is in it' : errno;
    throw usage(
      `${path} is no certificate in PEM: ${why}`,
      'give the certificate of the authority that signed the registry',
      {
        path,
      },
    );
  }
}

function usage(message: string, next: string, facts: Readonly<Record<string, string>>): ThawError {
  return new ThawError('USAGE', { message, next, facts });
}
