import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import { workloadSum } from '../../../scripts/cluster/workload-sum.ts';
import { startDistribution } from '../../helpers/distribution.ts';
import { peerTest } from '../../helpers/peer.ts';
import { PODMAN_PEERS } from '../../helpers/podman.ts';
import { COUNTER, convert, startPodmanBed } from '../../helpers/podman-bed.ts';
import { freeze, freezeRunning, goesOn, wake } from '../../helpers/podman-counter.ts';

// Containers that one machine's Podman froze, that we made images of, and that another machine's Podman woke from them.

/** Enough memory for CRIU's pages to be a layer of their own. */
const LARGE = 20;

for (const compression of ['none', 'gzip', 'zstd'] as const) {
  peerTest(
    [...PODMAN_PEERS, 'skopeo', 'docker-registry'],
    `a container that Podman froze with compression ${compression} goes on elsewhere: single and split, from both registries`,
    async (t) => {
      const distribution = (await startDistribution(t)).registry;
      const bed = await startPodmanBed(t, { registries: { 'distribution.local': distribution } });
      const program = [`--memory=${LARGE}`, '--seed=7'];
      const checkpoint = [`--compress=${compression}`];
      const { archive, log } = await freeze(bed.source, { name: 'large', image: COUNTER, program, checkpoint });

      const single = await convert(archive, bed, 'single', '--layers', 'single', '--compression', compression);
      const split = await convert(archive, bed, 'split', '--layers', 'split', '--compression', compression);
      const copied = `docker://${distribution}/copied/checkpoints:1`;
      const insecure = ['--insecure-policy', '--src-tls-verify=false', '--dest-tls-verify=false'];
      await execa`skopeo copy ${insecure} ${`docker://${bed.registry}/checkpoints:split`} ${copied}`;

      const images = {
        'by-tag-and-digest': single,
        'by-digest': split.replace(/:[^:/@]+@/, '@'),
        'from-distribution': 'distribution.local/copied/checkpoints:1',
      };
      for (const [name, image] of Object.entries(images))
        goesOn(t, [log, await wake(bed.target, image, name)], workloadSum(LARGE, '7'));
    },
  );
}

/** Podman 5.4.2 puts a changed file of the image into an archive only where its own host has a file of that path. */
const CHANGED = { 'srv/changed': '' };

peerTest(
  PODMAN_PEERS,
  'a container goes there and back again, with its volume, its changed files, its child and its socket',
  async (t) => {
    const bed = await startPodmanBed(t, { files: CHANGED });
    const program = ['--pipe', '--files=/srv', '--layer=/tmp/numbers', '--volume=/data/numbers', '--listen=:8080'];
    const run = ['--volume=numbers:/data'];
    const there = await freeze(bed.source, { name: 'traveller', image: COUNTER, run, program });
    const awake = await wake(bed.target, await convert(there.archive, bed, 'there'), 'traveller');
    t.deepEqual(Object.keys(awake.ticks[0]?.fields ?? {}), ['layer', 'volume', 'files', 'listen']);

    const back = await freezeRunning(bed.target, 'traveller');
    await bed.source.ok('rm', '--volumes', 'traveller');
    await bed.source.ok('volume', 'rm', 'numbers');
    const home = await wake(bed.source, await convert(back.archive, bed, 'back'), 'traveller');
    goesOn(t, [there.log, back.log, home], workloadSum(1, '1'));
  },
);

peerTest(
  PODMAN_PEERS,
  "a changed file of the image is not in Podman's archive, and the woken process finds the old one",
  async (t) => {
    const bed = await startPodmanBed(t);
    const { archive } = await freeze(bed.source, { name: 'changed', image: COUNTER, program: ['--files=/srv'] });
    const { others } = await wake(bed.target, await convert(archive, bed, 'changed'), 'changed');
    t.regex(others.join(), /^broken \d+ \/srv\/changed holds "as it is in the image/);
  },
);

/** A hybrid host has one beside the others, without controllers. */
const V2 = {
  name: 'a cgroup2 hierarchy',
  isThere: readFileSync('/proc/self/mountinfo', 'utf8').includes(' - cgroup2 '),
  install: 'mkdir /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified',
};

peerTest(
  [...PODMAN_PEERS, V2],
  'a container goes on where both machines see nothing but cgroups of version 2',
  async (t) => {
    const bed = await startPodmanBed(t, { cgroups: 2 });
    const { archive, log } = await freeze(bed.source, { name: 'small', image: COUNTER });
    t.regex(await bed.source.ok('info', '--format={{.Host.CgroupsVersion}}'), /^v2/);
    goesOn(t, [log, await wake(bed.target, await convert(archive, bed, 'small'), 'small')], workloadSum(1, '1'));
  },
);
