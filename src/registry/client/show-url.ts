/** A URL as errors and logs may show it: without credentials, and without the query, where signatures and tokens stand. */
export function showUrl(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
