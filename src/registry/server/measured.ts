import type { Connections } from '../../service/connections.ts';
import type { Measured } from '../../service/metrics.ts';
import type { DiskSpace, DiskUse } from '../storage/disk-use.ts';

/** Where the numbers come from that are read while somebody asks for metrics. */
export interface Sources {
  readonly connections: Connections;
  readonly sessions: { readonly open: number };
  /** Remembered for a while, since it looks at every blob. */
  readonly diskUse: () => Promise<DiskUse>;
  readonly diskSpace: () => Promise<DiskSpace>;
  /** When the certificate ends, in milliseconds since 1970; undefined without TLS. */
  readonly certificateEnds: (() => number) | undefined;
}

/** The numbers that are read while somebody asks. */
export function measuredOf(sources: Sources): Measured[] {
  return [...ofConnections(sources), ...ofDisk(sources)].map((measured) => ({
    ...measured,
    name: `thaw_registry_${measured.name}`,
  }));
}

function ofConnections({ connections, sessions, certificateEnds }: Sources): Measured[] {
  const counter = true;
  return [
    { name: 'open_connections', help: 'Connections that are open.', read: () => connections.open },
    { name: 'upload_sessions', help: 'Upload sessions begun here that are not finished.', read: () => sessions.open },
    { name: 'received_bytes_total', help: 'Bytes that came in.', counter, read: () => connections.received },
    { name: 'sent_bytes_total', help: 'Bytes that went out.', counter, read: () => connections.sent },
    {
      name: 'refused_connections_total',
      help: 'Connections beyond the limit.',
      counter,
      read: () => connections.refused,
    },
    {
      name: 'certificate_end_timestamp_seconds',
      help: 'When the TLS certificate ends.',
      read: () => certificateEnds && certificateEnds() / 1000,
    },
  ];
}

function ofDisk({ diskUse, diskSpace }: Sources): Measured[] {
  return [
    {
      name: 'store_bytes',
      help: 'Bytes of blobs and manifests on disk, as last counted.',
      read: async () => (await diskUse()).bytes,
    },
    {
      name: 'store_blobs',
      help: 'Blobs and manifests on disk, as last counted.',
      read: async () => (await diskUse()).blobs,
    },
    {
      name: 'disk_free_bytes',
      help: 'Bytes that are free on the disk of the data folder.',
      read: async () => (await diskSpace()).free,
    },
    {
      name: 'disk_size_bytes',
      help: 'Bytes of the disk of the data folder.',
      read: async () => (await diskSpace()).size,
    },
  ];
}
