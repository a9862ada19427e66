import { describe, expect, inject, it } from 'vitest';
import { judgeForwarders } from '../../cli/doctor/checks/forwarders.ts';
import { versionOutput } from '../../cli/doctor/checks/versions.ts';
import type { EventRule } from '../../shared/ports/event-rules.ts';
import { everywhere, seen, statuses } from '../doctor/make.ts';
import { resolved } from '../roles/resolve.ts';
import { placeIn } from '../roles/roles.ts';
import type { Resources } from '../roles/template.ts';
import { ofType, type Resource, template, wholeTemplate } from './packaged.ts';

const account = '111122223333';
const home = 'us-east-1';
const stack = template() as unknown as Resources;
const place = placeIn({ account, homeRegion: home });

interface Rule {
  readonly EventPattern: object;
  readonly Targets: readonly { readonly Arn: unknown }[];
}

/** A rule as EventBridge would show it. */
const shown = (properties: Record<string, unknown>, target: (arn: unknown) => string): EventRule => {
  const { EventPattern, Targets } = properties as unknown as Rule;
  const pattern = JSON.stringify(resolved(EventPattern, stack, place));
  return { name: 'r', enabled: true, pattern, targets: Targets.map(({ Arn }) => target(Arn)) };
};

describe('doctor, asked about a stack as it is packaged', () => {
  const about = {
    home,
    identity: { account, arn: `arn:aws:iam::${account}:user/me` },
    kind: 'aws' as const,
    stack: seen({ name: 'ami-steward-prod', status: 'CREATE_COMPLETE', outputs: {}, tags: {} }),
  };
  const judge = (rule: EventRule, region: string) => statuses(judgeForwarders(everywhere(seen([rule]), region), about));

  it('finds the rule at home, and the one in another Region', () => {
    const [[, rule]] = ofType(template(), 'AWS::Events::Rule') as [[string, Resource]];
    expect(
      judge(
        shown(rule.Properties, (arn) => String(resolved(arn, stack, place))),
        home,
      ),
    ).toEqual(['ok']);
    const body = JSON.parse(String(stack.Forwarders?.Properties.TemplateBody)) as { Resources: Resources };
    const forwarder = body.Resources.Forwarder?.Properties ?? {};
    const bus = `arn:aws:events:${home}:${account}:event-bus/default`;
    expect(
      judge(
        shown(forwarder, () => bus),
        'eu-west-1',
      ),
    ).toEqual(['ok']);
  });

  it('is told by the stack which table, queues and version are meant', () => {
    const { Outputs } = wholeTemplate(inject('given'));
    expect(Object.keys(Outputs as object)).toEqual(
      expect.arrayContaining(['TableName', 'WorkQueueUrl', 'DeadLetterQueueUrl', 'KmsKeyArn', versionOutput]),
    );
  });
});
