import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { succeed } from './runProgram.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A new project that has installed the packed package, and nothing else but rxjs, ws, io-ts and fp-ts. */
export interface PackedProject {
  readonly folder: string;
  readonly tarball: string;
  /** What the tarball holds, sorted. */
  readonly packed: readonly string[];
  remove(): Promise<void>;
}

const buildIsStale = (): boolean => {
  const built = join(root, 'dist/cjs/index.cjs');
  if (!existsSync(built)) return true;
  const { mtimeMs } = statSync(built);
  return readdirSync(join(root, 'lib'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs > mtimeMs);
};

/** Builds if anything is newer than the build, packs, and unpacks into a project in a temporary folder. */
export async function packedProject(): Promise<PackedProject> {
  if (buildIsStale()) await succeed('npm', ['run', '--silent', 'build'], root);
  const temporary = await mkdtemp(join(tmpdir(), 'rxgate-package-'));
  // Without scripts: `prepack` would build once more.
  const report = await succeed('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary], root);
  const [{ filename, files }] = JSON.parse(report) as [{ filename: string; files: { path: string }[] }];
  const tarball = join(temporary, filename);
  const folder = join(temporary, 'project');
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'rxgate'), { recursive: true });
  await succeed('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'rxgate')], temporary);
  for (const name of ['rxjs', 'ws', 'io-ts', 'fp-ts']) await symlink(join(root, 'node_modules', name), join(modules, name));
  return {
    folder,
    tarball,
    packed: files.map(({ path }) => path).sort(),
    remove: () => rm(temporary, { recursive: true, force: true }),
  };
}
