import type { BuildOptions } from 'esbuild';

export const plain: BuildOptions;
export function slim(root: string): BuildOptions;
export function eventSchemas(root: string): Promise<{ name: string; type: string; content: object }[]>;
export function compilePolicy(root: string, file: string): Promise<{ policy: unknown; warnings: string[] }>;
export function functionNames(root: string): Promise<string[]>;
export function bundleFunctions(
  root: string,
  policy: unknown,
): Promise<{ name: string; file: string; bytes: number }[]>;
