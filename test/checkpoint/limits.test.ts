import test from 'ava';
import {
  isReadWhole,
  MAX_CORE_BYTES,
  MAX_DUMP_BYTES,
  MAX_LIST_BYTES,
  MAX_PAGEMAP_BYTES,
  MAX_READ_TOTAL_BYTES,
  readLimit,
} from '../../src/checkpoint/limits.ts';

const LIMITS: Readonly<Record<string, number>> = {
  'config.dump': MAX_DUMP_BYTES,
  'spec.dump': MAX_DUMP_BYTES,
  'status.dump': MAX_DUMP_BYTES,
  'bind.mounts': MAX_DUMP_BYTES,
  'deleted.files': MAX_DUMP_BYTES,
  'checkpoint/inventory.img': MAX_CORE_BYTES,
  'checkpoint/core-1.img': MAX_CORE_BYTES,
  'checkpoint/core-123456.img': MAX_CORE_BYTES,
  'checkpoint/ids-1.img': MAX_CORE_BYTES,
  'checkpoint/pagemap-1.img': MAX_PAGEMAP_BYTES,
  'checkpoint/pagemap-shmem-65536.img': MAX_PAGEMAP_BYTES,
  'checkpoint/files.img': MAX_LIST_BYTES,
  'checkpoint/pstree.img': MAX_LIST_BYTES,
  'checkpoint/mountpoints-13.img': MAX_LIST_BYTES,
  'network.status': 0,
  'stats-dump': 0,
  'dump.log': 0,
  status: 0,
  'rootfs-diff.tar': 0,
  'checkpoint/pages-1.img': 0,
  'checkpoint/core-1.img.bak': 0,
  'checkpoint/sub/core-1.img': 0,
  'sub/config.dump': 0,
  './config.dump': 0,
};

for (const [name, limit] of Object.entries(LIMITS)) {
  test(`${name} is ${limit === 0 ? 'never read whole' : `read whole up to ${limit} bytes`}`, (t) => {
    t.is(readLimit(name), limit);
    t.is(isReadWhole(name), limit > 0);
  });
}

test('one member of the largest kind fits into what may be held at once', (t) => {
  t.true(MAX_PAGEMAP_BYTES < MAX_READ_TOTAL_BYTES);
});
