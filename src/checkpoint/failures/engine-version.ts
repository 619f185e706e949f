import type { NodeContext } from './context.ts';

/** `containerd://2.3.7` → containerd, 2.3.7: what a node's `containerRuntimeVersion` says. Undefined for any other text. */
export function parseEngine(containerRuntimeVersion: string): NodeContext['engine'] {
  const [, name, version] = /^([a-z-]{1,40}):\/\/v?(\S{1,100})$/.exec(containerRuntimeVersion) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** Whether a version is at least another one: `2.10.0` is at least `2.4`. What stands behind the numbers does not count. */
export function atLeast(version: string, wanted: string): boolean {
  const [found, least] = [numbers(version), numbers(wanted)];
  const at = least.findIndex((number, index) => (found[index] ?? 0) !== number);
  return at < 0 || (found[at] ?? 0) > (least[at] ?? 0);
}

function numbers(version: string): number[] {
  return (
    version
      .split(/[^\d.]/, 1)[0]
      ?.split('.')
      .map(Number) ?? []
  );
}
