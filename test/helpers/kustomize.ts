import { execa } from 'execa';
import { parseAllDocuments } from 'yaml';
import { which } from './which.ts';

const DEPLOY = new URL('../../deploy/', import.meta.url).pathname;

/** A Kubernetes object as kustomize prints it; its fields are looked at by those who know its kind. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** Builds a folder below deploy/ and gives its objects. */
export async function kustomize(folder: string): Promise<KubeObject[]> {
  const { stdout } = await execa(which('kustomize') ?? 'kustomize', ['build', `${DEPLOY}${folder}`]);
  return parseAllDocuments(stdout).map((document) => {
    const [error] = 'errors' in document ? document.errors : [];
    if (error !== undefined) throw error;
    return document.toJS() as KubeObject;
  });
}
