const IMAGE_ID = /^(?:sha256:)?([0-9a-f]{64})$/;
const REPO_DIGEST = /^[^\s@,"[\]]+@sha256:[0-9a-f]{64}$/;

/** An image ID without its algorithm: `sha256:8a72…` and `8a72…` → `8a72…`; undefined for anything else. */
export function imageId(text: string | undefined): string | undefined {
  return IMAGE_ID.exec(text ?? '')?.[1];
}

/**
 * The first `<repository>@sha256:<64 hex digits>` of a text that holds one, several with commas between, or a JSON array
 * of them; undefined when there is none.
 */
export function repoDigest(text: string | undefined): string | undefined {
  return (text ?? '').split(/[\s,"[\]]+/).find((part) => REPO_DIGEST.test(part));
}
