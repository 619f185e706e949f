import type { Stream } from './io.ts';
import { paint } from './output.ts';
import { plain } from './plain.ts';

/** A line and the lines below it. */
export interface Tree {
  readonly label: string;
  /** What the label is, beside it. */
  readonly value?: string;
  readonly children?: readonly Tree[];
}

/** Draws a tree with its values in one column for each group; labels are dimmed on a terminal. */
export function renderTree(tree: Tree, stream: Stream): string {
  const title = paint(stream, 'bold', plain(tree.label));
  return [
    tree.value === undefined ? title : `${title}  ${plain(tree.value)}`,
    ...branches(tree.children ?? [], '', stream),
  ].join('\n');
}

function branches(children: readonly Tree[], indent: string, stream: Stream): string[] {
  const width = Math.max(0, ...children.map(({ label, value }) => (value === undefined ? 0 : plain(label).length)));
  return children.flatMap(({ label, value, children: below = [] }, at) => {
    const last = at === children.length - 1;
    const name = plain(label);
    const line = value === undefined ? name : `${paint(stream, 'dim', name.padEnd(width))}  ${plain(value)}`;
    return [`${indent}${last ? '└─ ' : '├─ '}${line}`, ...branches(below, `${indent}${last ? '   ' : '│  '}`, stream)];
  });
}
