import { known, unknown } from '../../shared/model/evidence.ts';
import type { Image, Tags } from '../../shared/model/image.ts';
import { day } from '../../shared/model/time.ts';
import { now } from '../rules/make.ts';
import type { Dice } from './dice.ts';

export function drawTags(dice: Dice): Tags {
  return {
    ...(dice.chance(70) && { Team: dice.one(['platform', 'web']) }),
    ...(dice.chance(80) && { Family: 'linux' }),
    ...(dice.odd(5) && { Keep: 'true' }),
    ...(dice.odd(5) && { Stage: 'dev' }),
    ...(dice.odd(4) && { 'aws:backup:source-resource': 'x' }),
    ...(dice.odd(5) && { 'ami-steward:keep-until': dice.one(['forever', '2026-11-22', '2026-11-23', 'soon']) }),
  };
}

/** What makes an image unlike the others. */
export function drawOddities(dice: Dice): Partial<Image> {
  return {
    ...(dice.chance(4) && {
      deregistrationProtection: dice.one([known('enabled'), unknown<string>('not in the file')]),
    }),
    ...(dice.chance(10) && {
      lastLaunchedAt: dice.one([known(now - day), known(now - 31 * day), unknown<undefined>('no')]),
    }),
    ...(dice.odd(5) && { encrypted: true, kmsKeyIds: [dice.one(['alias/aws/ebs', 'arn:aws:kms:x:1:key/k1'])] }),
    ...(dice.odd(2) && { productCodes: ['code'] }),
    ...(dice.odd(2) && { location: 'arn:aws:outposts:us-east-1:111122223333:outpost/op-1' }),
    ...(dice.odd(2) && { public: true }),
    ...(dice.odd(2) && { ownerId: '999999999999' }),
  };
}
