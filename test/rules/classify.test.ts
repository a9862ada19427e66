import { describe, expect, test } from 'vitest';
import type { Code } from '../../shared/model/codes.ts';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { ActionKind, Plan } from '../../shared/model/plan.ts';
import type { SharePolicy } from '../../shared/model/policy.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import {
  abroad,
  compiled,
  copyTo,
  image,
  inventory,
  marked,
  now,
  policy,
  retain,
  selector,
  shareWith,
} from './make.ts';
import { told } from './told.ts';

const root = marked(image(1));
const sharee = 'account:222233334444';
const everyone: Partial<SharePolicy> = { with: [{ principal: 'everyone' }, { principal: sharee }] };
const managedKey = 'arn:aws:kms:us-east-1:111122223333:alias/aws/ebs';

/** A new image under a policy that copies, shares and retires whatever it selects. */
function planFor(more: Partial<Image>, share: Partial<SharePolicy> = {}): Plan {
  const subject: Image = { ...root, ...more };
  const rules = policy({
    select: selector({ rootDevice: ['ebs', 'instance-store'] }),
    copy: copyTo(abroad),
    share: { ...shareWith(sharee), ...share },
    retain: retain(),
  });
  return told(decide(inventory([subject], { grants: { [keyOf(subject)]: known([]) } }), compiled(rules), now));
}

const tagged = (tags: Record<string, string>): Partial<Image> => marked(root, tags);
const given = (plan: Plan): ActionKind[] => plan.actions.map(({ kind }) => kind);
const sharedWith = (plan: Plan): string[] =>
  plan.actions.flatMap((action) => (action.kind === 'share-image' ? action.add : []));

const all: ActionKind[] = ['copy-image', 'share-image'];

describe('what an image is decides what is given', () => {
  test.each<[string, Partial<Image>, ActionKind[], Code | undefined]>([
    ['a usual image', {}, all, undefined],
    ['of another owner', { ownerId: '999999999999' }, [], 'foreign-image'],
    ['on instance store', { rootDeviceType: 'instance-store', snapshots: [] }, [], 'unsupported-image'],
    ['on an Outpost', { location: 'arn:aws:outposts:us-east-1:1:outpost/op-1' }, [], 'unsupported-image'],
    ['in a Local Zone', { location: 'us-east-1-bos-1a' }, [], 'unsupported-image'],
    ['with a Marketplace code', { productCodes: ['abc'] }, all, 'marketplace-code'],
    ['of a backup vault', { ownerAlias: 'aws-backup-vault' }, [], 'foreign-managed'],
    ['made by AWS Backup', tagged({ 'aws:backup:source-resource': 'x' }), [], 'foreign-managed'],
    ['made by Data Lifecycle Manager', tagged({ 'aws:dlm:lifecycle-policy-id': 'x' }), [], 'foreign-managed'],
    ['made by Image Builder', tagged({ CreatedBy: 'EC2 Image Builder' }), all, undefined],
    ['public without a word in the policy', { public: true }, all, 'public-unacknowledged'],
    ['under the AWS managed key', { encrypted: true, kmsKeyIds: [managedKey] }, ['copy-image'], 'cannot-share'],
    ['under a key that nobody names', { encrypted: true }, ['copy-image'], 'cannot-share'],
    ['under a customer key', { encrypted: true, kmsKeyIds: ['arn:aws:kms:us-east-1:1:key/k'] }, all, undefined],
  ])('%s', (_name, more, expected, code) => {
    const plan = planFor(more);
    expect(given(plan)).toEqual(expected);
    const reasons = plan.verdicts[0]?.reasons ?? [];
    const found = reasons.find((reason) => reason.code === code);
    expect(found?.code).toBe(code);
    if (expected.length === 0) expect(plan.verdicts[0]?.code).toBe(code);
    if (found) expect(sentence(found)).toMatch(/^[a-zA-Z ].{15,}$/);
  });

  test.each<[string, Partial<Image>, string[], Code | undefined]>([
    ['a usual image', {}, ['everyone', sharee], undefined],
    ['with a Marketplace code', { productCodes: ['abc'] }, [sharee], 'cannot-be-public'],
    ['encrypted', { encrypted: true, kmsKeyIds: ['arn:aws:kms:us-east-1:1:key/k'] }, [sharee], 'cannot-be-public'],
    ['watermarked', { watermarked: true }, [sharee], 'cannot-be-public'],
  ])('a policy that makes public: %s', (_name, more, expected, code) => {
    const plan = planFor(more, everyone);
    expect(sharedWith(plan).sort()).toEqual([...expected].sort());
    const codes = plan.verdicts[0]?.reasons.map((reason) => reason.code) ?? [];
    expect(codes.filter((one) => one === 'cannot-be-public')).toEqual(code === undefined ? [] : [code]);
  });

  test('a public image that a policy acknowledges is no matter of concern', () => {
    const plan = planFor({ public: true }, everyone);
    expect(plan.verdicts[0]?.reasons.map(({ code }) => code)).not.toContain('public-unacknowledged');
  });
});
