import {
  Document,
  type DocumentOptions,
  type ParseOptions,
  parseAllDocuments,
  type SchemaOptions,
  type Tags,
  visit,
} from 'yaml';

/**
 * What kubectl understands by YAML: version 1.1 (0644 is octal, `on` is true), but without that version's times and
 * base-60 numbers, which Go's reader takes for text.
 */
const KUBE_YAML: ParseOptions & DocumentOptions & SchemaOptions = { version: '1.1', customTags: withoutTimes };

/** The documents of a YAML or JSON text as plain values, without empty ones. Throws what the YAML library throws. */
export function readKubeYaml(text: string): unknown[] {
  const documents = parseAllDocuments(text, KUBE_YAML);
  if ('empty' in documents) return [];
  return documents.map(plainValue).filter((value) => value !== null && value !== undefined);
}

/** A value as YAML that kubectl reads back as it was, in the order of its fields. */
export function writeKubeYaml(value: object): string {
  const document = new Document(value, { ...KUBE_YAML, aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && needsQuotes(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, directives: false });
}

function withoutTimes(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'),
  );
}

function plainValue(document: ReturnType<typeof parseAllDocuments>[number]): unknown {
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document.toJS();
}

/** Readers disagree on what else than a letter or a slash may begin a plain text that is no number. */
function needsQuotes(text: string): boolean {
  return !/^[A-Za-z/]/.test(text) && !text.includes('\n');
}
