import type { Failure } from '../failure.ts';

const SEEN = [{ program: 'Podman', version: '5.4.2' }];

/** What Podman says when it restores an image. */
export const PODMAN_FAILURES: readonly Failure[] = [
  {
    id: 'podman-not-a-checkpoint',
    weight: 'cause',
    patterns: [/image is not a checkpoint/],
    examples: ['image is not a checkpoint'],
    title: "the image lacks Podman's checkpoint annotations (name and runtime.name) on its manifest",
    cure: 'convert the archive with thaw convert, and copy the image with a program that keeps annotations (skopeo copy)',
    seen: SEEN,
  },
  {
    id: 'podman-not-pulled',
    weight: 'cause',
    patterns: [/no such container or image: (?<image>\S+)/],
    examples: ['Error: no such container or image: checkpoint-registry.local/checkpoints:web'],
    title: 'Podman has no image {{image}}, and podman container restore does not pull one',
    cure: 'run podman pull {{image}} first',
    seen: SEEN,
  },
  {
    id: 'podman-other-engine',
    weight: 'cause',
    patterns: [
      /both RootfsImageName and RootfsImageID must be set if either is set/,
      /container image "[0-9a-f]+" requires runtime: "(?<runtime>io\.containerd\.[^"]+)"/,
    ],
    examples: [
      'Error: unable to import checkpoint from image: "checkpoint-registry.local/checkpoints:web": both RootfsImageName and RootfsImageID must be set if either is set: invalid argument',
      'Error: container image "060b278de1c30ae9a89a19e26a4250f191af4123fa5d3a14b6b34ccdd52f85c7" requires runtime: "io.containerd.runc.v2"',
    ],
    title: 'the archive was not made by Podman, and Podman restores only its own',
    cure: 'restore it on a node that runs the engine that made it: thaw inspect names it',
    seen: SEEN,
  },
  {
    id: 'podman-other-runtime',
    weight: 'cause',
    patterns: [/container image "[0-9a-f]+" requires runtime: "(?<runtime>runc|crun)"/],
    examples: [
      'Error: container image "234afb913e586d3047e5c922a9beab69f9579fec1c56f1eb5b0816d1a595e506" requires runtime: "runc"',
    ],
    title: 'the container was frozen by {{runtime}}, and Podman is to restore it with another OCI runtime',
    cure: 'run podman --runtime {{runtime}} container restore, or set runtime = "{{runtime}}" under [engine] in containers.conf',
    seen: SEEN,
  },
  {
    id: 'podman-volume-exists',
    weight: 'cause',
    patterns: [/volume with name (?<volume>\S+) already exists\. Use --ignore-volumes/],
    examples: [
      'Error: unable to import checkpoint from image: "checkpoint-registry.local/checkpoints:web": volume with name data already exists. Use --ignore-volumes to not restore content of volumes',
    ],
    title:
      "the archive carries the content of the container's volume {{volume}}, and Podman already has a volume of that name",
    cure: 'run podman volume rm {{volume}} where the old content is not wanted, or restore with --ignore-volumes to keep it',
    seen: SEEN,
  },
];
