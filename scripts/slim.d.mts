import type { Plugin } from 'esbuild';

export function literalKeys(source: string): { text: string; replaced: number };
export const slimSchemas: Plugin;
