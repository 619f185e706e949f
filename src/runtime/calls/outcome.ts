/** How a call ends: with an exit code, or as a call of runc in the place of this process. */
export type Outcome = { readonly exitCode: number } | { readonly become: readonly string[] };
