import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A file that ships with the product, by its path from the project's root. */
export const projectFile = (path: string): string => join(root, path);
