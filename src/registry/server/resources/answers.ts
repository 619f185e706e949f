import type { Digest } from '../../../oci/digest.ts';
import type { UploadSession } from '../../storage/upload-session.ts';
import { type Exchange, send } from '../exchange.ts';

/** Answers that a blob is in a repository, and where. */
export function blobCreated(exchange: Exchange, repository: string, digest: Digest): void {
  send(exchange, 201, { Location: `/v2/${repository}/blobs/${digest}`, 'Docker-Content-Digest': digest });
}

/** Where a session goes on, and how far it is: `0-0` before the first byte, as Distribution says it. */
export function describeUpload({ repository, id, size }: UploadSession): Record<string, string> {
  return {
    Location: `/v2/${repository}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, size - 1)}`,
    'Docker-Upload-UUID': id,
  };
}
