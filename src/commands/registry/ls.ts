import type { Command } from 'commander';
import { candidatesOf, type TaggedCandidate } from '../../registry/storage/gc/candidates.ts';
import { bytesOf } from '../../registry/storage/gc/images.ts';
import { surveyStore } from '../../registry/storage/gc/survey.ts';
import { type Context, runAction } from '../action.ts';
import { count, humanAge, humanBytes } from '../human.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRootOption, examples, type OutputOptions } from '../options.ts';
import { renderTable } from '../table.ts';
import { CHECKPOINT_NAMES } from './annotation-names.ts';
import { parseLocal } from './local-reference.ts';
import { openData } from './open-data.ts';

interface LsOptions extends OutputOptions {
  readonly root?: string;
}

/** Adds `thaw registry ls`. */
export function addLs(registry: Command, io: Io): void {
  const command = registry
    .command('ls')
    .description('list the images of the data folder, or of one repository')
    .argument('[repository]', 'only this one');
  addOutputOptions(addRootOption(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw registry ls', 'All that is there'],
        ['thaw registry ls checkpoints --json', 'One repository, as JSON'],
      ),
    )
    .action((repository: string | undefined, options: LsOptions) =>
      runAction(io, options, (context) => ls(repository, options, context)),
    );
}

async function ls(wanted: string | undefined, options: LsOptions, { io, output, signal }: Context): Promise<void> {
  const only = wanted === undefined ? undefined : parseLocal(wanted).repository;
  const store = await openData(options, io);
  const survey = await surveyStore(store, signal);
  const images = candidatesOf(survey, CHECKPOINT_NAMES).filter(({ repository }) => repository === (only ?? repository));
  const rows = images.flatMap((image) => image.tags.map((tag) => ({ tag, image })));
  if (rows.length === 0) output.note(only === undefined ? 'no image is there' : `no image is in ${only}`);
  const table = renderTable(
    ['IMAGE', '>SIZE', '>AGE', 'CONTAINER', ''],
    rows.map(({ tag, image }) => rowOf(tag, image, survey.began)),
  );
  if (rows.length > 0) output.note(`${count(rows.length, 'tag')}, ${humanBytes(totalOf(images))} together`);
  if (output.json || rows.length > 0)
    output.result(
      table,
      rows.map(({ tag, image }) => dataOf(tag, image)),
    );
}

function rowOf(tag: string, image: TaggedCandidate, now: number): string[] {
  const { repository, made, container = '', pinned } = image;
  const size = humanBytes(bytesOf(image));
  return [`${repository}:${tag}`, size, humanAge(now - made), container, pinned === undefined ? '' : 'kept'];
}

function dataOf(tag: string, image: TaggedCandidate) {
  const { repository, digest, made, container = null, pinned } = image;
  const time = new Date(made).toISOString();
  return { repository, tag, digest, bytes: bytesOf(image), made: time, container, pinned: pinned !== undefined };
}

/** Blobs that several images share count once. */
function totalOf(images: readonly TaggedCandidate[]): number {
  const blobs = new Map(images.flatMap((image) => [...image.blobs]));
  return blobs.values().reduce((sum, size) => sum + size, 0);
}
