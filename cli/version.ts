import { readFileSync } from 'node:fs';
import { projectFile } from './project.ts';

/** The product's version, from its package file. */
export const version = (): string => {
  const { version: text } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string };
  return text;
};
