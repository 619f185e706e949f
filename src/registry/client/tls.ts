import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { ThawError } from '../../errors.ts';

/**
 * The certificates to trust, as PEM: Node's, the system's, and those of `caFile`. Throws USAGE when the file cannot be
 * read or holds no certificate.
 */
export async function trustedCertificates(caFile: string | undefined): Promise<string[]> {
  const own = caFile === undefined ? [] : await readCertificates(caFile);
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...own])];
}

async function readCertificates(caFile: string): Promise<string[]> {
  const text = await readFile(caFile, 'utf8').catch((cause: unknown) => {
    throw unusable(caFile, 'cannot be read', cause);
  });
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw unusable(caFile, 'holds no PEM certificate');
  for (const block of blocks) assertCertificate(caFile, block);
  return blocks;
}

function assertCertificate(caFile: string, block: string): void {
  try {
    new X509Certificate(block);
  } catch (cause) {
    throw unusable(caFile, 'holds a certificate that cannot be parsed', cause);
  }
}

function unusable(caFile: string, why: string, cause?: unknown): ThawError {
  return new ThawError('USAGE', {
    message: `the CA file ${caFile} ${why}`,
    next: 'name a readable file of PEM certificates (-----BEGIN CERTIFICATE-----)',
    facts: { caFile, why },
    cause,
  });
}
