import { readPolicy } from '../../cli/policy/read.ts';

/** A fenced block of YAML in a page, which is a whole policy file. */
export interface Example {
  readonly page: string;
  /** Of the fence, counted from 1. */
  readonly line: number;
  readonly text: string;
  /** Rules that it breaks on purpose: `<!-- error: retain/min-age -->` stands in the line above its fence. */
  readonly breaks: readonly string[];
}

const fence = /^( *)(`{3,}|~{3,})ya?ml\b[^\n]*\n(.*?)^\1\2/gims;

export const examplesIn = (page: string, text: string): Example[] =>
  [...text.matchAll(fence)].map((found) => {
    const before = text.slice(0, found.index);
    const mark = /<!-- error: ([^\n]*?) -->\n+$/.exec(before)?.[1];
    const indent = found[1]?.length ?? 0;
    return {
      page,
      line: before.split('\n').length,
      text: (found[3] ?? '').replaceAll(new RegExp(`^ {${indent}}`, 'gm'), ''),
      breaks: mark?.split(/,\s*/).sort() ?? [],
    };
  });

/** The rules that the file breaks, warnings among them, each once. */
export function brokenBy({ text }: Example): string[] {
  const read = readPolicy(text, 'policy.yml');
  const problems = read.ok ? read.warnings : read.problems;
  return [...new Set(problems.map(({ rule }) => rule))].sort();
}
