import { imageRef } from '../model/ids.ts';
import type { ActionOf } from '../model/plan.ts';
import { type ActionDefinition, done, historyOf, notNeeded, type Workbench } from './action.ts';
import { changeRecord } from './taking.ts';

type GiveNotice = ActionOf<'give-notice'>;

/**
 * Changes nothing: what it leaves is the event. The notice counts only once that is sent ({@link noteNotice}), so that
 * a crash in between tells twice rather than never.
 */
export const giveNotice: ActionDefinition<'give-notice'> = {
  kind: 'give-notice',
  permissions: ['ec2:DescribeImages'],
  destructive: false,
  role: () => 'retire',
  apply: async (action, bench) => {
    const found = await Promise.all(action.images.map((image) => bench.images.get(imageRef(image))));
    if (!found.some((image) => image?.ownerId === bench.account)) return notNeeded('its images are gone');
    await historyOf(action, bench, 'after', { step: action.step, owners: action.owners });
    return done();
  },
};

/** The owner has been told: the wait begins. */
export const noteNotice = (action: GiveNotice, bench: Pick<Workbench, 'ledger' | 'clock'>) =>
  changeRecord(action, bench, { notice: { step: action.step, at: bench.clock.now() } });
