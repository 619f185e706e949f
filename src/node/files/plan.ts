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
  readonly before: string;
  readonly after: string;
}

/** What is done to a node, in this order. */
export interface Plan {
  /** What the runtime does not read yet. */
  readonly programs: readonly PlannedFile[];
  /** What the runtime reads. */
  readonly settings: readonly PlannedFile[];
  readonly edits: readonly PlannedEdit[];
}
