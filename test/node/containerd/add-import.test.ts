import test from 'ava';
import { parse } from 'smol-toml';
import { addImport } from '../../../src/node/containerd/add-import.ts';
import { dropInFolder } from '../../../src/node/containerd/imports.ts';

const FILE = '/etc/containerd/config.toml';
const LINE = 'imports = ["/etc/containerd/conf.d/*.toml"]';

/** A main file, and what it must become; undefined where it must be left to a person. */
const CASES: Readonly<Record<string, readonly [before: string, after: string | undefined]>> = {
  'an empty file': ['', `${LINE}\n`],
  'a version alone': ['version = 3\n', `version = 3\n${LINE}\n`],
  'tables behind the version': ['# head\nversion = 2\n\n[grpc]\n', `# head\nversion = 2\n${LINE}\n\n[grpc]\n`],
  'tables alone': ['[grpc]\nuid = 0\n', `${LINE}\n[grpc]\nuid = 0\n`],
  'a version in a table is not the file\u2019s': ['[a]\nversion = 1\n', `${LINE}\n[a]\nversion = 1\n`],
  'an empty list': ['imports = []\n[grpc]\n', `${LINE}\n[grpc]\n`],
  'one import': [
    'imports = ["/x.toml"]\nroot = "/r"\n',
    'imports = ["/x.toml", "/etc/containerd/conf.d/*.toml"]\nroot = "/r"\n',
  ],
  'a list over several lines, with a comment behind': [
    'imports = [\n  "/x.toml",\n  "y.toml",\n] # mine\n[grpc]\n',
    'imports = ["/x.toml", "y.toml", "/etc/containerd/conf.d/*.toml"] # mine\n[grpc]\n',
  ],
  'a list with a bracket in a name': ['imports = ["/x[1].toml"]\n', undefined],
  'the word in a text': ['root = """\nimports = []\n"""\n', `${LINE}\nroot = """\nimports = []\n"""\n`],
};

for (const [what, [before, after]] of Object.entries(CASES)) {
  test(`${what} ${after === undefined ? 'is left to a person' : 'gets the import and nothing else'}`, (t) => {
    t.is(addImport(before, FILE), after);
    if (after !== undefined) t.is(dropInFolder({ file: FILE, text: after }), '/etc/containerd/conf.d');
    if (after !== undefined) t.notThrows(() => parse(after));
  });
}

/** What a main file imports, and the folder of drop-ins that follows. */
const FOLDERS: Readonly<Record<string, readonly [imports: string, folder: string | undefined]>> = {
  'the usual folder': ['["/etc/containerd/conf.d/*.toml"]', '/etc/containerd/conf.d'],
  'a folder beside the file': ['["conf.d/*.toml"]', '/etc/containerd/conf.d'],
  'all files of a folder': ['["/opt/x/*"]', '/opt/x'],
  'the second one': ['["/a.toml", "/b/*.toml"]', '/b'],
  'one file': ['["/etc/containerd/nvidia.toml"]', undefined],
  'files of another name': ['["/etc/containerd/conf.d/*.conf"]', undefined],
  'folders by a pattern': ['["/etc/*/x/*.toml"]', undefined],
  nothing: ['[]', undefined],
};

for (const [what, [imports, folder]] of Object.entries(FOLDERS)) {
  test(`${what} imported: ${folder ?? 'no drop-ins'}`, (t) => {
    t.is(dropInFolder({ file: FILE, text: `version = 3\nimports = ${imports}\n` }), folder);
  });
}

test('a main file that is not there, or says nothing, imports nothing', (t) => {
  t.is(dropInFolder({ file: FILE, text: undefined }), undefined);
  t.is(dropInFolder({ file: FILE, text: 'version = 3\n' }), undefined);
});
