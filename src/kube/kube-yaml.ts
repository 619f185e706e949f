import { Document, parseAllDocuments, type ScalarTag, type Tags, visit } from 'yaml';

/**
 * The documents of a YAML or JSON text as plain values, without empty ones, as kubectl understands YAML: version 1.1
 * (0644 is octal, `on` is true), but without that version's times and base-60 numbers, which Go's reader takes for text,
 * and with 0o644, which it takes for a number. Throws what the YAML library throws.
 */
export function readKubeYaml(text: string): unknown[] {
  const documents = parseAllDocuments(text, { version: '1.1', customTags: (tags) => [...withoutTimes(tags), OCTAL] });
  if ('empty' in documents) return [];
  return documents.map(plainValue).filter((value) => value !== null && value !== undefined);
}

/** A value as YAML that kubectl reads back as it was, in the order of its fields. */
export function writeKubeYaml(value: object): string {
  const customTags = (tags: Tags): Tags => withoutTimes(tags).filter((tag) => tagName(tag) !== MERGE);
  const document = new Document(value, { version: '1.1', customTags, aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && needsQuotes(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeBreaks(document.toString({ lineWidth: 0, directives: false }));
}

const MERGE = 'tag:yaml.org,2002:merge';
const TIME = 'tag:yaml.org,2002:timestamp';

const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  format: 'OCT',
  test: /^0o[0-7]+$/,
  identify: () => false,
  resolve: Number,
};

function withoutTimes(tags: Tags): Tags {
  return tags.filter((tag) => tagName(tag) !== TIME && (typeof tag === 'string' || tag.format !== 'TIME'));
}

function tagName(tag: Tags[number]): string {
  return typeof tag === 'string' ? tag : tag.tag;
}

function plainValue(document: ReturnType<typeof parseAllDocuments>[number]): unknown {
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document.toJS();
}

/** What YAML 1.1 takes for the end of a line, and version 1.2 for a letter. */
const OLD_BREAKS = /[\u0085\u2028\u2029]/g;

/** Readers disagree on what else than a letter or a slash may begin a plain text, and on blanks at a block's beginning. */
function needsQuotes(text: string): boolean {
  if (text.search(OLD_BREAKS) >= 0 || /^\s/.test(text)) return true;
  return !/^[A-Za-z/]/.test(text) && !text.includes('\n');
}

/** Writes old line ends as escapes; needsQuotes has seen to it that each stands between double quotes. */
function escapeBreaks(yaml: string): string {
  return yaml.replace(OLD_BREAKS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
