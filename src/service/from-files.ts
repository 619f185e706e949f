import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Logger } from './log.ts';

/** What was made, and the files it was made from. */
export interface Loaded<Value> {
  readonly value: Value;
  readonly files: readonly string[];
}

/** How a value is kept as fresh as its files. */
export interface FromFilesOptions<Value> {
  readonly load: () => Promise<Loaded<Value>>;
  /** Told of each new value but the first. */
  readonly onChange?: ((value: Value) => void) | undefined;
  /** What it is, for the log. */
  readonly what: string;
  readonly logger?: Logger | undefined;
  /** Milliseconds between looks at the files, for file systems that tell nothing of changes. */
  readonly pollMs?: number | undefined;
}

const POLL = 5_000;
/** Milliseconds that writers get to end what they began before a change is read. */
const SETTLE = 50;

/**
 * A value made from files and made anew when they change, as configuration, certificates and credentials do. Kubernetes
 * swaps whole folders behind a link, so the folders are watched, and besides the files are looked at now and then. New
 * files that are broken leave the old value in force and are logged; they are tried again until they are whole.
 */
export class FromFiles<Value> {
  readonly #options: FromFilesOptions<Value>;
  readonly #poll: NodeJS.Timeout;
  #settling: NodeJS.Timeout | undefined;
  #watchers: FSWatcher[] = [];
  #loaded: Loaded<Value>;
  #signature: string;
  #complaint: string | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: FromFilesOptions<Value>, loaded: Loaded<Value>, signature: string) {
    this.#options = options;
    this.#loaded = loaded;
    this.#signature = signature;
    this.#poll = setInterval(() => this.#look(), options.pollMs ?? POLL).unref();
    this.#watch();
  }

  /** Loads the value for the first time; what `load` throws goes to the caller. */
  static async open<Value>(options: FromFilesOptions<Value>): Promise<FromFiles<Value>> {
    const loaded = await options.load();
    // A change while it was loaded is seen at the first look, since no file has the signature of nothing.
    return new FromFiles(options, loaded, '');
  }

  get current(): Value {
    return this.#loaded.value;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#poll);
    clearTimeout(this.#settling);
    this.#unwatch();
  }

  #watch(): void {
    const folders = new Set(this.#loaded.files.map((file) => dirname(file)));
    this.#watchers = [...folders].flatMap((folder) => watchFolder(folder, () => this.#soon()));
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #soon(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#look();
    }, SETTLE).unref();
  }

  #look(): void {
    this.#looking = this.#looking.then(() => this.#reloadIfChanged());
  }

  async #reloadIfChanged(): Promise<void> {
    const signature = await signatureOf(this.#loaded.files);
    if (this.#closed || (signature === this.#signature && this.#complaint === undefined)) return;
    const first = this.#signature === '';
    this.#signature = signature;
    try {
      this.#replace(await this.#options.load(), first);
    } catch (error) {
      this.#complain(error);
    }
  }

  #replace(loaded: Loaded<Value>, first: boolean): void {
    if (this.#closed) return;
    const { what, logger, onChange } = this.#options;
    this.#unwatch();
    this.#loaded = loaded;
    this.#complaint = undefined;
    this.#watch();
    onChange?.(loaded.value);
    if (!first) logger?.info({ what, files: loaded.files }, 'reloaded');
  }

  /** Once for each fault, however often it is tried again. */
  #complain(error: unknown): void {
    const complaint = String(error);
    const { what, logger } = this.#options;
    if (complaint !== this.#complaint) logger?.error({ what, err: error }, 'not reloaded; the old one stays in force');
    this.#complaint = complaint;
  }
}

/** Where watching is not possible, looking now and then must do. */
function watchFolder(folder: string, onEvent: () => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on('error', () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}

async function signatureOf(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(signature))).join(' ');
}

async function signature(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(file);
    return [dev, ino, size, mtimeMs, ctimeMs].join(':');
  } catch (error) {
    return errnoOf(error) ?? 'unreadable';
  }
}
