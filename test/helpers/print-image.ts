/** A program: converts an archive into a folder that is thrown away; prints the image's digest, then its manifest. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convert } from '../../src/builder/convert.ts';
import type { LayerPlanName } from '../../src/builder/engines/engine.ts';
import type { Compression } from '../../src/oci/media-types.ts';
import { openStorageTarget } from '../../src/registry/storage/target.ts';

const [archive = '', layers, compression] = process.argv.slice(2);
const root = await mkdtemp(join(tmpdir(), 'thaw-test-'));
try {
  const target = await openStorageTarget({ root, repository: 'checkpoints' });
  const options = { layers: layers as LayerPlanName, compression: compression as Compression };
  const { digest } = await convert({ archive, target, ...options });
  const manifest = await target.getManifest(digest);
  process.stdout.write(`${digest}\n${manifest?.bytes.toString()}`);
} finally {
  await rm(root, { recursive: true, force: true });
}
