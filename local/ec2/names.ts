import type { Duration, Instant } from '../../shared/model/time.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { required } from './errors.ts';
import { type ImageRow, rowsIn } from './rows.ts';

const pattern = /^[A-Za-z0-9()[\] ./'@_-]{3,128}$/;

const held = (world: World) => world.state.table<Instant>('held-image-names');
const heldKey = (at: { account: string; region: string }, name: string) => `${at.account}/${at.region}/${name}`;

/** Names are unique per account and Region, and stay taken for a while after deregistration. */
export function checkName(call: Call, given: string | undefined): string {
  const name = wellFormed(given);
  const holder = rowsIn(call.world, 'images', call.region).find(
    (row) => row.account === call.account && row.name === name,
  );
  const until = held(call.world).get(heldKey(call, name)) ?? 0;
  if (holder || until > call.world.timeline.now())
    throw new AwsError(
      'InvalidAMIName.Duplicate',
      holder ? `AMI name ${name} is already in use by AMI ${holder.id}` : `AMI name ${name} is still in use`,
    );
  return name;
}

export function wellFormed(given: string | undefined): string {
  const name = required(given, 'Name');
  if (!pattern.test(name))
    throw new AwsError(
      'InvalidAMIName.Malformed',
      `AMI names must be between 3 and 128 characters long, and may contain letters, numbers, and ( ) [ ] . / - ' @ _ and space`,
    );
  return name;
}

/** Called when an image is deregistered; `least` while it lies in the Recycle Bin. */
export function holdName(world: World, row: ImageRow, least: Duration): void {
  const holds = Math.max(world.switches.nameHeldFor, least);
  held(world).set(heldKey(row, row.name), world.timeline.now() + holds);
}
