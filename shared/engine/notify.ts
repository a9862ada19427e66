import type { Inventory } from '../model/inventory.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import { isNotice } from '../model/notice.ts';
import type { NotifyPolicy } from '../model/policy.ts';
import type { Message } from '../ports/notifier.ts';
import { chatNotice, mailNotice } from '../rules/notice-text.ts';
import { noticesWanted } from '../rules/survey.ts';
import type { Engine } from './engine.ts';

type Form = 'sns' | 'chat';

interface Addressed {
  readonly form: Form;
  readonly topic: string;
  readonly event: LifecycleEvent;
}

/**
 * One message per topic and form about everything that a run did.
 * @returns what could not be sent, in words: that is reported and never fails the run
 */
export async function notify(
  engine: Engine,
  inventory: Inventory,
  events: readonly LifecycleEvent[],
): Promise<string[]> {
  const byTopic = Map.groupBy(addressed(engine, inventory, events), ({ form, topic }) => `${form} ${topic}`);
  const problems: string[] = [];
  for (const [first, ...more] of byTopic.values()) {
    if (!first) continue;
    const { topic, form } = first;
    try {
      await engine.notifier.publish(
        topic,
        messageOf(
          form,
          [first, ...more].map(({ event }) => event),
        ),
      );
    } catch (error) {
      problems.push(`${topic}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

function addressed(engine: Engine, inventory: Inventory, events: readonly LifecycleEvent[]): Addressed[] {
  const asking = engine.policy.policies.some(({ notify: list }) => (list ?? []).length > 0);
  if (!asking || events.length === 0) return [];
  const wantedBy = noticesWanted(inventory, engine.policy, engine.clock.now());
  return events.flatMap((event) => {
    const named = engine.policy.policies.find(({ name }) => name === event.metadata.policy)?.notify;
    const wanted = (event.data.root && wantedBy.get(event.data.root)) ?? named ?? [];
    const addresses = wanted.filter(({ on }) => on.some((word) => isNotice(word, event))).flatMap(addressesOf);
    return [...new Map(addresses.map((one) => [`${one.form} ${one.topic}`, { ...one, event }])).values()];
  });
}

const addressesOf = ({ sns, chat }: NotifyPolicy): { form: Form; topic: string }[] => [
  ...(sns === undefined ? [] : [{ form: 'sns' as const, topic: sns }]),
  ...(chat === undefined ? [] : [{ form: 'chat' as const, topic: chat }]),
];

const messageOf = (form: Form, events: readonly LifecycleEvent[]): Message =>
  form === 'sns' ? mailNotice(events) : { text: chatNotice(events) };
