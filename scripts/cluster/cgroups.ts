/** How the nodes of the bed get cgroups of their own on this host. */
export type CgroupPlan =
  | {
      readonly version: 1;
      readonly hierarchies: readonly Hierarchy[];
      /**
       * Where a hybrid host has the v2 hierarchy beside them. It carries no controllers, but a node must have a cgroup of
       * its own in it too: CRIU dumps all that is below a cgroup that a process is in, and makes it anew at a restore.
       */
      readonly unified?: string;
    }
  | { readonly version: 2; readonly folder: string };

/** One mounted v1 hierarchy. */
export interface Hierarchy {
  /** Where the host has it mounted. */
  readonly folder: string;
  /** Mount options that name it: `cpu,cpuacct`, `memory`, `name=systemd`. */
  readonly controllers: string;
}

/** A host on which the bed cannot run, with the reason. */
export interface CgroupRefusal {
  readonly refused: string;
}

/** What a kubelet cannot do without. */
const REQUIRED = ['cpu', 'cpuacct', 'cpuset', 'devices', 'freezer', 'memory', 'pids'];

/**
 * How cgroups are laid out on a host, read from the text of /proc/self/mountinfo (proc(5)): pure v1, hybrid (v1 with a
 * `unified` v2 mount that carries no controllers), or pure v2.
 */
export function cgroupPlan(mountinfo: string): CgroupPlan | CgroupRefusal {
  const mounts = cgroupMounts(mountinfo);
  const v1 = mounts.filter(({ type, controllers }) => type === 'cgroup' && controllers !== '');
  const v2 = mounts.find(({ type }) => type === 'cgroup2');
  if (v1.some(({ controllers }) => !controllers.startsWith('name='))) return v1Plan(v1, v2);
  if (v2 === undefined) return { refused: 'no cgroup file system is mounted: mount cgroup2 on /sys/fs/cgroup' };
  if (!v2.writable) return { refused: `${v2.folder} is mounted read-only: the nodes cannot get cgroups of their own` };
  return { version: 2, folder: v2.folder };
}

/** The controllers that the folder of a v2 plan offers must include those that a kubelet needs. */
export function v2Refusal(controllers: string): CgroupRefusal | undefined {
  const offered = controllers.trim().split(/\s+/);
  const missing = ['cpu', 'cpuset', 'memory', 'pids'].filter((name) => !offered.includes(name));
  if (missing.length === 0) return undefined;
  return { refused: `the cgroup2 hierarchy does not offer ${missing.join(', ')}, which a kubelet needs` };
}

function v1Plan(v1: readonly CgroupMount[], v2: CgroupMount | undefined): CgroupPlan | CgroupRefusal {
  const readOnly = v1.filter(({ writable }) => !writable);
  if (readOnly.length > 0)
    return {
      refused: `${readOnly.map(({ folder }) => folder).join(', ')}: mounted read-only, so the nodes get no cgroups`,
    };
  const mounted = v1.flatMap(({ controllers }) => controllers.split(','));
  const missing = REQUIRED.filter((name) => !mounted.includes(name));
  if (missing.length > 0)
    return { refused: `no v1 hierarchy is mounted for ${missing.join(', ')}, which a kubelet needs` };
  const hierarchies = v1.map(({ folder, controllers }) => ({ folder, controllers }));
  return { version: 1, hierarchies, ...(v2?.writable ? { unified: v2.folder } : {}) };
}

interface CgroupMount extends Hierarchy {
  readonly type: 'cgroup' | 'cgroup2';
  readonly writable: boolean;
}

/** Options of a v1 super block that name no hierarchy. */
const NOT_A_CONTROLLER =
  /^(rw|ro|xattr|noprefix|clone_children|cpuset_v2_mode|favordynmods|release_agent=.*|seclabel|)$/;

function cgroupMounts(mountinfo: string): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of mountinfo.split('\n')) {
    const [mount = '', superBlock = ''] = line.split(' - ');
    const [type = '', , superOptions = ''] = superBlock.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') continue;
    const [, , , , folder = '', options = ''] = mount.split(' ');
    // A hierarchy may be mounted at several places; the first one does.
    const controllers = superOptions
      .split(',')
      .filter((option) => !NOT_A_CONTROLLER.test(option))
      .join(',');
    if (type === 'cgroup' && mounts.some((other) => other.type === type && other.controllers === controllers)) continue;
    const writable = options.split(',').includes('rw') && superOptions.split(',').includes('rw');
    mounts.push({ type, folder: unquote(folder), controllers: type === 'cgroup' ? controllers : '', writable });
  }
  return mounts;
}

/** mountinfo writes blanks and backslashes as \040 and the like. */
function unquote(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
