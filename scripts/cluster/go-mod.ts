import { BuildError } from './step.ts';

/** The version of a module that the text of a go.mod requires, such as `v1.36.3`. Throws BuildError when it does not. */
export function requiredVersion(goMod: string, module: string): string {
  for (const line of goMod.split('\n')) {
    const [path, version] = line
      .trim()
      .replace(/^require\s+/, '')
      .split(/\s+/);
    if (path === module && version !== undefined && /^v\d/.test(version)) return version;
  }
  throw new BuildError(`go.mod does not require ${module}`);
}

/** The oldest Go that the text of a go.mod accepts, such as `1.26.0`. */
export function goLineOf(goMod: string): string {
  const version = /^go (\d+(?:\.\d+)*)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new BuildError('go.mod has no go line');
  return version;
}

/** The packages that the text of a go.mod names as tools. */
export function toolsOf(goMod: string): string[] {
  const block = /^tool \(\n([\s\S]*?)^\)$/m.exec(goMod)?.[1] ?? '';
  const lines = [...goMod.matchAll(/^tool ([^(\s]+)$/gm)].map(([, path = '']) => path);
  return [...lines, ...block.split('\n').map((line) => line.trim())].filter((path) => path !== '');
}
