import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes git ignore `folder`, which is ours, when `inside` lies in it; a `.gitignore` that is there stays as it is. */
export async function keepOutOfGit(folder: string, inside: string): Promise<void> {
  if (!`${inside}/`.startsWith(`${folder}/`)) return;
  try {
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
