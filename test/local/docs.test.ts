import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtServices } from '../../local/services/index.ts';
import { behaviours } from '../../scripts/embedded-behaviours.ts';
import { sections } from '../../scripts/embedded-sections.ts';
import { embeddedDocs, operationRows } from '../../scripts/generate-embedded-docs.ts';

const page = readFileSync(new URL('../../docs/embedded-aws.md', import.meta.url), 'utf8');

describe('docs/embedded-aws.md', () => {
  it('is current: npx node scripts/generate-embedded-docs.ts', () => {
    expect(page).toBe(embeddedDocs());
  });

  it('has a row with a section and words for every operation that is built', () => {
    const rows = operationRows(builtServices);
    expect(rows).toHaveLength(builtServices.flatMap(({ operations }) => Object.keys(operations)).length);
    expect(rows.filter((row) => row.includes(''))).toEqual([]);
  });

  it('says nothing about operations that are not built', () => {
    for (const { name, operations, sections: cited } of builtServices) {
      expect(Object.keys(behaviours[name]).filter((operation) => !(operation in operations))).toEqual([]);
      expect(Object.keys(cited).filter((operation) => !(operation in operations))).toEqual([]);
    }
  });

  it('says what every section that it cites is about, and names no other', () => {
    const cited = new Set(builtServices.flatMap((service) => Object.values(service.sections)));
    expect(Object.keys(sections).sort()).toEqual([...cited].sort());
  });
});
