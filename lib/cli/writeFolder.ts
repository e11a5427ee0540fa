import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a folder differs from what it should hold. */
export interface FolderChanges {
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  /** Files that were generated once, and are not any more. */
  readonly stale: readonly string[];
  /** Files of that name that somebody wrote. */
  readonly foreign: readonly string[];
}

const textOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Compares a folder with what it should hold. `isGenerated` says by a file's text whether it may be written over. */
export async function compareFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  isGenerated: (text: string) => boolean,
): Promise<FolderChanges> {
  const changes = { missing: [] as string[], changed: [] as string[], stale: [] as string[], foreign: [] as string[] };
  for (const [name, text] of files) {
    const present = await textOf(join(folder, name));
    if (present === undefined) changes.missing.push(name);
    // A checkout may have made other line ends of it.
    else if (present.replaceAll('\r\n', '\n') !== text) (isGenerated(present) ? changes.changed : changes.foreign).push(name);
  }
  for (const name of await namesIn(folder))
    if (!files.has(name) && /\.(?:ts|md)$/.test(name) && isGenerated((await textOf(join(folder, name))) ?? ''))
      changes.stale.push(name);
  return changes;
}

/** Whether a process of this machine is still at work. */
const lives = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

/**
 * Ends what a run that was killed has left behind in a folder: what it had moved away is put back, and its temporary folder goes. One whose process still
 * lives is left alone.
 */
export async function recoverFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const id = Number(/^\.rxgate-(\d+)-/.exec(entry.name)?.[1] ?? NaN);
    if (!entry.isDirectory() || !(id > 0) || lives(id)) continue;
    const old = join(folder, entry.name, 'old');
    for (const name of await namesIn(old)) await rename(join(old, name), join(folder, name));
    await rm(join(folder, entry.name), { recursive: true, force: true });
  }
}

/**
 * Makes a folder hold these files, and no stale ones: all of them, or, if anything fails, what was there before. They are written beside it first, and
 * then take their places. What cannot be put back stays in the temporary folder, and the error says so.
 */
export async function writeFolder(folder: string, files: ReadonlyMap<string, string>, stale: readonly string[]): Promise<void> {
  const made = await mkdir(folder, { recursive: true });
  let temporary: string | undefined;
  const undo: (() => Promise<void>)[] = [];
  try {
    temporary = await mkdtemp(join(folder, `.rxgate-${process.pid}-`));
    for (const name of ['new', 'old']) await mkdir(join(temporary, name));
    for (const [name, text] of files) await writeFile(join(temporary, 'new', name), text);
    const kept = new Set(await namesIn(folder));
    for (const name of [...files.keys(), ...stale]) {
      const [place, old] = [join(folder, name), join(temporary, 'old', name)];
      if (!kept.has(name)) continue;
      await rename(place, old);
      undo.unshift(() => rename(old, place));
    }
    for (const name of files.keys()) {
      const place = join(folder, name);
      await rename(join(temporary, 'new', name), place);
      undo.unshift(() => rm(place, { force: true }));
    }
  } catch (error) {
    const failed: unknown[] = [];
    for (const step of undo) await step().catch((reason: unknown) => failed.push(reason));
    if (failed.length > 0) {
      const kept = temporary;
      temporary = undefined;
      throw new AggregateError([error, ...failed], `not all files could be put back: they are in ${kept ?? folder}`, {
        cause: error,
      });
    }
    if (made) await rm(made, { recursive: true, force: true });
    throw error;
  } finally {
    if (temporary) await rm(temporary, { recursive: true, force: true });
  }
}
