import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MANIFEST } from '../../src/oci/media-types.ts';

/** Connections that are kept open; each sends its next request when its last is answered. */
const CONNECTIONS = 16;
/** Seconds after which counting ends, whatever is left. */
const LIMIT = 60;

/** Sends one request many times with ApacheBench; every answer must be a success. Gives seconds. */
export async function sendMany(url: string, count: number, method: 'GET' | 'HEAD'): Promise<number> {
  const args = ['-q', '-k', '-c', `${CONNECTIONS}`, '-t', `${LIMIT}`, '-n', `${count}`];
  if (method === 'HEAD') args.push('-i');
  const { stdout } = await promisify(execFile)('ab', [...args, '-H', `Accept: ${MANIFEST}`, url]);
  const number = (label: string) => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1] ?? 0);
  const failed = number('Failed requests') + number('Non-2xx responses');
  if (failed > 0 || number('Complete requests') !== count) throw new Error(`not all of ${count} went well:\n${stdout}`);
  return number('Time taken for tests');
}
