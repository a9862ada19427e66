import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import type { Region } from '../model/ids.ts';
import type { EventRule, EventRules } from '../ports/event-rules.ts';
import type { ClientOf } from './clients.ts';

interface Page<T> {
  readonly rows: readonly T[];
  readonly next?: string | undefined;
}

/** Default buses. The SDK has no paginators for EventBridge. */
export class AwsEventRules implements EventRules {
  readonly #in: ClientOf<EventBridgeClient>;

  constructor(clients: ClientOf<EventBridgeClient>) {
    this.#in = clients;
  }

  async of(region: Region, source: string): Promise<EventRule[]> {
    const client = this.#in(region);
    const rules = await everyPage(async (NextToken) => {
      const { Rules = [], NextToken: next } = await client.send(new ListRulesCommand({ NextToken }));
      return { rows: Rules, next };
    });
    const named = rules.filter(({ EventPattern = '' }) => EventPattern.includes(JSON.stringify(source)));
    return Promise.all(named.map(async (rule) => ruleOf(rule, await targetsOf(client, rule))));
  }
}

async function everyPage<T>(read: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let token: string | undefined;
  do {
    const page = await read(token);
    rows.push(...page.rows);
    token = page.next;
  } while (token !== undefined);
  return rows;
}

const targetsOf = (client: EventBridgeClient, { Name: Rule }: Rule): Promise<string[]> =>
  everyPage(async (NextToken) => {
    const { Targets = [], NextToken: next } = await client.send(new ListTargetsByRuleCommand({ Rule, NextToken }));
    return { rows: Targets.flatMap(({ Arn }) => Arn ?? []), next };
  });

const ruleOf = ({ Name: name = '', State, EventPattern: pattern }: Rule, targets: readonly string[]): EventRule => ({
  name,
  enabled: State !== 'DISABLED',
  ...(pattern !== undefined && { pattern }),
  targets,
});
