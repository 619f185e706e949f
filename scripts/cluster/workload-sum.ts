import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const MEBIBYTE = 1024 * 1024;
const PART = 16 * MEBIBYTE;

/**
 * The sum that the workload program prints for this much memory filled from this seed, as 8 hexadecimal digits. The
 * memory is cut into parts of 16 MiB, the last one shorter; part k is the output of SHAKE128 for the text `<seed>/<k>`.
 * The sum is the CRC-32 (IEEE) of the parts' CRC-32s, each as 4 bytes, big endian.
 */
export function workloadSum(mebibytes: number, seed: string): string {
  const sums = Buffer.alloc(4 * Math.ceil((mebibytes * MEBIBYTE) / PART));
  for (let part = 0; part * 4 < sums.length; part++) {
    const outputLength = Math.min(PART, mebibytes * MEBIBYTE - part * PART);
    const bytes = createHash('shake128', { outputLength }).update(`${seed}/${part}`).digest();
    sums.writeUInt32BE(crc32(bytes), 4 * part);
  }
  return crc32(sums).toString(16).padStart(8, '0');
}
