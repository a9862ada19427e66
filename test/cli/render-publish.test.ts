import { expect, test } from 'vitest';
import { renderPlan } from '../../cli/render/plan.ts';
import { movement } from '../../cli/render/publish.ts';
import type { Survey } from '../../cli/survey.ts';
import type { World } from '../../cli/worlds/world.ts';
import { known } from '../../shared/model/evidence.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  account,
  compiled,
  copyOf,
  copyTo,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
} from '../rules/make.ts';

const older = marked(image(42, { createdAt: now - 40 * day }));
const newest = marked(image(43, { createdAt: now - day }));

function linesOf(images: Image[], more: Partial<Policy> = {}): string[] {
  const rules = compiled(
    policy({
      copy: copyTo(abroad),
      publish: {
        when: 'all-regions',
        ssm: [{ parameter: '/golden/{architecture}/latest', regions: 'all' }],
        launchTemplates: [],
      },
      ...more,
    }),
  );
  const key = (region: string) => `${region} parameter /golden/x86_64/latest` as const;
  const names = (value: string) => known({ kind: 'parameter', value } as const);
  const seen = inventory(images, {
    pointers: { [key(home)]: names(older.id), [key(abroad)]: names(copyOf(older, 1).id) },
  });
  const header = {
    world: 'local',
    account,
    regions: [home, abroad],
    policyHash: 'f'.repeat(64),
    policyFile: 'p.yml',
  } as const;
  const survey: Survey = {
    now,
    inventory: seen,
    plan: decide(seen, rules, now),
    header: { ...header, time: now, degraded: {} },
  };
  const lines = { 'golden/publish': 7, 'golden/publish/ssm': 8 };
  const world = { kind: 'local', policy: rules, policyFile: 'p.yml', lines } as unknown as World;
  return renderPlan(survey, world, 'apply').map((line) => (typeof line === 'string' ? line : line.text));
}

test('A pointer that moves is one line for all Regions, with the line of the policy that asks for it', () => {
  const lines = linesOf([older, newest, copyOf(older, 1), copyOf(newest, 2)]);
  const at = lines.findIndex((line) => line.includes('~ publish'));
  expect(lines[at]).toBe(`  ~ publish     /golden/x86_64/latest   42 -> 43   ${abroad}, ${home}`);
  expect(lines[at + 1]).toMatch(/why {3}\/golden\/x86_64\/latest in eu-west-1 names golden-42.* p\.yml:8$/);
  expect(lines.find((line) => line.startsWith('Plan '))).toMatch(/: 1 publish\.$/);
});

test('A pointer that waits says for which Region, and is not counted among what is done', () => {
  const lines = linesOf([older, newest, copyOf(older, 1)]);
  const line = lines.find((text) => text.includes('~ publish'));
  expect(line).toMatch(/^ {2}~ publish {5}\/golden\/x86_64\/latest {3}42 -> 43 {3}waits for eu-west-1 +p\.yml:7$/);
  expect(lines.filter((text) => text.includes('~ publish'))).toHaveLength(1);
  expect(lines.find((text) => text.startsWith('Plan '))).toMatch(/: 1 copy; 1 pointer waits\.$/);
});

test.each([
  [undefined, 'golden-43', '-> golden-43'],
  ['golden-42', 'golden-43', '42 -> 43'],
  ['golden-al2023-2026.01.05', 'golden-al2023-2026.02.02', '2026.01.05 -> 2026.02.02'],
  ['golden', 'golden-43', 'golden -> golden-43'],
  ['bronze-42', 'golden-43', 'bronze-42 -> golden-43'],
])('The way from %s to %s is %s', (from, to, text) => expect(movement(from, to)).toBe(text));
