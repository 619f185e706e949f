import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ThawError } from '../../errors.ts';
import type { Loaded } from '../../service/from-files.ts';

/** PEM files of a certificate (with those that link it to its authority) and of its key. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What a server speaks TLS with. */
export interface TlsContext {
  readonly options: SecureContextOptions;
  /** When the certificate ends, in milliseconds since 1970. */
  readonly ends: number;
}

/** Reads a certificate and its key and sees that they fit. Throws TLS_INVALID. */
export async function loadTls({ certificate, key }: TlsFiles): Promise<Loaded<TlsContext>> {
  const files = [resolve(certificate), resolve(key)];
  const [certPem, keyPem] = await Promise.all([read(certificate), read(key)]);
  const options: SecureContextOptions = { cert: certPem, key: keyPem, minVersion: 'TLSv1.2' };
  try {
    createSecureContext(options);
    return { value: { options, ends: Date.parse(new X509Certificate(certPem).validTo) }, files };
  } catch (error) {
    throw invalid(certificate, key, 'do not make a certificate and its key', error);
  }
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw invalid(file, file, 'cannot be read', error);
  }
}

function invalid(certificate: string, key: string, what: string, cause: unknown): ThawError {
  const files = certificate === key ? certificate : `${certificate} and ${key}`;
  return new ThawError('TLS_INVALID', {
    message: `${files} ${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    next: 'give --tls-cert a PEM file with the certificate first, and --tls-key the PEM file of its key',
    facts: { certificate, key },
    cause,
  });
}
