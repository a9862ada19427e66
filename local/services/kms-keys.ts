import { type KeyRow, keyArn, keyRow } from '../ec2/keys.ts';
import { AwsError, type Call } from '../kernel/service.ts';

export interface Key {
  readonly arn: string;
  readonly row: KeyRow;
}

/** A key of this account and Region, by id, ARN or alias. Every name is a key until a row says otherwise. */
export function findKey({ world, account, region }: Call, given: string | undefined): Key {
  if (!given) throw new AwsError('ValidationException', "Value at 'keyId' failed to satisfy constraint");
  const arn = keyArn({ account, region }, given);
  const [, , , keyRegion, owner] = arn.split(':');
  if (keyRegion !== region) throw new AwsError('NotFoundException', `Invalid keyId ${given}`);
  if (owner !== account) throw new AwsError('AccessDeniedException', `User is not authorized to access ${arn}`);
  return { arn, row: keyRow(world, arn) };
}
