import { describe, expect, test } from 'vitest';
import type { Code } from '../../shared/model/codes.ts';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Policy, RetainPolicy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled, image, inventory, marked, now, policy, record, recorded, records, retain } from './make.ts';
import { told } from './told.ts';

/** The image under test, older than two others that are finished since 20 days. */
export const old = (more: Partial<Image> = {}): Image => marked(image(1, { createdAt: now - 300 * day, ...more }));
export const newer = [2, 3].map((number) => marked(image(number, { createdAt: now - 40 * day })));
export const newerRecords = (ago = 20 * day): ImageRecord[] =>
  newer.map((one) => record(one, { finishedAt: now - ago }));

export interface Case {
  readonly image?: Partial<Image>;
  readonly tags?: Record<string, string>;
  readonly record?: Partial<ImageRecord>;
  readonly finishedAgo?: number;
  readonly retain?: Partial<RetainPolicy>;
  readonly policy?: Partial<Policy>;
}

function outcome(given: Case) {
  const plain = old(given.image);
  const subject = given.tags
    ? { ...plain, tags: known({ ...(plain.tags.complete ? plain.tags.value : {}), ...given.tags }) }
    : plain;
  const kept = recorded(record(subject, given.record), ...newerRecords(given.finishedAgo));
  const rules = compiled(policy({ retain: retain(given.retain), ...given.policy }));
  const plan = told(decide(inventory([subject, ...newer], { records: records({ images: kept }) }), rules, now));
  const verdict = plan.verdicts.find((one) => one.image === keyOf(subject));
  return { steps: plan.actions.map(({ kind }) => kind), code: verdict?.code, next: verdict?.next, plan };
}

export const disabled: Case = {
  image: { state: 'disabled', deprecationAt: now - 90 * day },
  record: { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [] },
};

export type Row = [name: string, given: Case, step: string | undefined, code: Code];

export const table = (name: string, rows: Row[]): void => {
  describe(name, () => {
    test.each(rows)('%s', (_name, given, step, code) => {
      const { steps, code: found, next } = outcome(given);
      expect([steps, found]).toEqual([step === undefined ? [] : [step], code]);
      if (['superseded-wait', 'deprecated-wait', 'quarantine', 'too-young', 'not-expired'].includes(code))
        expect(next?.at).toBeGreaterThan(now);
    });
  });
};
