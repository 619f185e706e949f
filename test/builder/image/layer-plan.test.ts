import test from 'ava';
import fc from 'fast-check';
import {
  defaultPlan,
  END_MARK,
  LARGE_ARCHIVE,
  type LayerPlan,
  PLAN_LIMITS,
  partLength,
  planLayers,
  segmentsOf,
} from '../../../src/builder/image/layer-plan.ts';
import { assertWhole, formatSegments } from '../../../src/builder/image/segments.ts';
import type { Member } from '../../../src/checkpoint/member.ts';

const LARGE = PLAN_LIMITS.largeMember;

/** Members in a row, by name and size; a name that ends in `/` is a folder. No bytes: a plan needs none. */
function lay(...entries: [name: string, size: number][]): { members: Member[]; size: number } {
  const members: Member[] = [];
  for (const [rawName, size] of entries) {
    const start = members.at(-1)?.end ?? 0;
    const end = start + 512 + Math.ceil(size / 512) * 512;
    const type = rawName.endsWith('/') ? 'directory' : 'file';
    const name = rawName.replace(/\/$/, '');
    members.push({ name, rawName, type, size, mode: 0o600, uid: 0, gid: 0, mtime: 0, start, data: start + 512, end });
  }
  return { members, size: (members.at(-1)?.end ?? 0) + END_MARK };
}

const texts = (plan: readonly LayerPlan[]): string[] => plan.map((layer) => formatSegments(segmentsOf(layer)));

test('single is one layer with the archive up to its end mark', (t) => {
  const { members, size } = lay(['checkpoint/', 0], ['checkpoint/pages-1.img', 10 * LARGE]);
  t.deepEqual(texts(planLayers(members, size, 'single')), [`0+${size}`]);
});

test('split gives small members one layer, and each large one its own behind its folder', (t) => {
  const { members, size } = lay(
    ['stats-dump', 512],
    ['checkpoint/', 0],
    ['checkpoint/pages-1.img', LARGE],
    ['checkpoint/pstree.img', 512],
    ['checkpoint/pages-2.img', LARGE],
    ['config.dump', 512],
  );
  const first = 512 + LARGE;
  const plan = planLayers(members, size, 'split');
  t.deepEqual(texts(plan), [
    `0+1536,${1536 + first}+1024,${2560 + 2 * first}+2048`,
    `~512,1536+${first},~1024`,
    `~512,${2560 + first}+${first},~1024`,
  ]);
  t.deepEqual(plan[1]?.[0], { kind: 'copy', start: 1024, end: 1536 });
});

test('a large member that ends the archive brings the archive’s own end mark', (t) => {
  const { members, size } = lay(['config.dump', 512], ['rootfs-diff.tar', LARGE]);
  t.deepEqual(texts(planLayers(members, size, 'split')), ['0+1024,~1024', `1024+${LARGE + 512 + END_MARK}`]);
});

test('all folders above a large member stand in front of it, outermost first', (t) => {
  const { members, size } = lay(['a/', 0], ['a/b/', 0], ['a/b/c/', 0], ['a/b/c/d', LARGE], ['z', 1]);
  t.deepEqual(planLayers(members, size, 'split')[1]?.slice(0, 3), [
    { kind: 'copy', start: 0, end: 512 },
    { kind: 'copy', start: 512, end: 1024 },
    { kind: 'copy', start: 1024, end: 1536 },
  ]);
});

const uncut = test.macro<[Member[]]>({
  exec: (t, members) => {
    const size = (members.at(-1)?.end ?? 0) + END_MARK;
    t.deepEqual(texts(planLayers(members, size, 'split')), [`0+${size}`]);
  },
  title: (title) => `${title} is never cut`,
});
const { members: cuttable } = lay(['a', 512], ['b', LARGE]);
const [small, large] = cuttable as [Member, Member];
test('an archive of small members only', uncut, lay(['a', 512], ['b', 512]).members);
test('an archive of one large member only', uncut, lay(['a', LARGE]).members);
test('an archive with no member', uncut, []);
test('an archive with a link', uncut, [{ ...small, type: 'hardlink' }, large]);
test('an archive with a name that comes twice', uncut, [small, { ...large, name: 'a' }]);
test('an archive with bytes between members', uncut, [small, { ...large, start: large.start + 512 }]);
test('an archive with bytes in front of the first member', uncut, [{ ...small, start: 512 }, large]);

test('beyond the most layers, large members share them evenly', (t) => {
  const many = Array.from({ length: 200 }, (_, index): [string, number] => [`pages-${index}.img`, LARGE + 512 * index]);
  const { members, size } = lay(['config.dump', 512], ...many);
  const plan = planLayers(members, size, 'split');
  t.is(plan.length, PLAN_LIMITS.mostLayers);
  const sizes = plan.slice(1).map((layer) => layer.reduce((sum, part) => sum + partLength(part), 0));
  t.true(Math.max(...sizes) < 1.3 * Math.min(...sizes));
  t.notThrows(() => assertWhole(plan.map(segmentsOf), size));
});

test('large archives are split where that gives more than one layer', (t) => {
  const pages = lay(['config.dump', 512], ['pages-1.img', LARGE_ARCHIVE]);
  t.is(defaultPlan(pages.members, pages.size), 'split');
  const lone = lay(['pages-1.img', LARGE_ARCHIVE]);
  t.is(defaultPlan(lone.members, lone.size), 'single');
  const light = lay(['config.dump', 512], ['pages-1.img', LARGE_ARCHIVE / 2]);
  t.is(defaultPlan(light.members, light.size), 'single');
});

test('any archive’s layers hold each byte once, begin with the folders they need, and end in an end mark', (t) => {
  const folder = fc.constantFrom('', 'checkpoint/', 'artifacts/', 'checkpoint/deep/');
  const length = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: LARGE, max: 3 * LARGE }));
  const files = fc.array(fc.tuple(folder, length), { maxLength: 60 });
  const orders = fc.tuple(files, fc.boolean(), fc.integer({ min: 2, max: 40 }));
  fc.assert(
    fc.property(orders, ([entries, foldersFirst, mostLayers]) => {
      const named = entries.map(([path, size], index): [string, number] => [`${path}file-${index}`, size]);
      const folders: [string, number][] = [
        ['artifacts/', 0],
        ['checkpoint/', 0],
        ['checkpoint/deep/', 0],
      ];
      const { members, size } = lay(...(foldersFirst ? [...folders, ...named] : [...named, ...folders]));
      const plan = planLayers(members, size, 'split', { largeMember: LARGE, mostLayers });
      t.true(plan.length <= mostLayers);
      t.notThrows(() => assertWhole(plan.map(segmentsOf), size));
      t.deepEqual(planLayers(members, size, 'split', { largeMember: LARGE, mostLayers }), plan);
      if (plan.length > 1) for (const layer of plan) assertStandsAlone(layer, members, size);
    }),
  );

  function assertStandsAlone(layer: LayerPlan, members: readonly Member[], size: number): void {
    const named = layer.flatMap((part) =>
      part.kind === 'zeros' ? [] : members.filter(({ start, end }) => start >= part.start && end <= part.end),
    );
    const seen = new Set<string>();
    for (const { name } of named) {
      const above = name
        .split('/')
        .slice(0, -1)
        .map((_, index, steps) => steps.slice(0, index + 1).join('/'));
      t.true(
        above.every((path) => seen.has(path)),
        `${name} before its folders`,
      );
      seen.add(name);
    }
    const last = layer.at(-1);
    t.true(last?.kind === 'zeros' ? last.length === END_MARK : last?.kind === 'archive' && last.end === size);
  }
});
