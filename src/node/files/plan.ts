/** A file that is to be on the node. */
export interface PlannedFile {
  /** Its path, as the node has it. */
  readonly path: string;
  /** What is in it: the text, or the file of this machine that is copied. */
  readonly content: string | { readonly copyOf: string };
  readonly mode: number;
}

/** Somebody else's file that is changed, which somebody asked for. */
export interface PlannedEdit {
  readonly path: string;
  /** Its text without thaw, to which it goes back. */
  readonly before: string;
  readonly after: string;
}

/** What is done to a node, in this order. */
export interface Plan {
  /** What the runtime runs. */
  readonly programs: readonly PlannedFile[];
  /** Where the registry is, which a runtime can be told while it runs. */
  readonly registry: readonly PlannedFile[];
  /** What the runtime reads when it starts. */
  readonly settings: readonly PlannedFile[];
  readonly edits: readonly PlannedEdit[];
}
