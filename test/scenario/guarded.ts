import type { LocalStack } from '../../cli/worlds/local.ts';
import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import type { ServiceName } from '../../local/wire/types.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { compiled, policies } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { account, home, sharee, start } from './support.ts';

export type End = () => void;

/** Three generations of one family with a policy of its own: the newest two stay, the old one is due to leave. */
export interface Plot {
  readonly aws: EmbeddedAws;
  readonly name: string;
  readonly old: ImageRow;
  readonly middle: ImageRow;
  readonly newest: ImageRow;
  readonly call: <T = unknown>(service: ServiceName, operation: string, input: object, by?: string) => T;
}

/** What sets a plot apart from others. */
export interface PlotSetting {
  /** Of the policy, as they stand in the file. */
  readonly guards?: string;
  readonly lastLaunchedWithin?: string;
  readonly stages?: string;
  readonly lines?: string;
  /** The old image is shared with another account. */
  readonly shared?: boolean;
  readonly launches?: readonly number[];
}

const usualStages =
  'deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 7d }';

const linesOf = ({ guards, lastLaunchedWithin = '2d', stages = usualStages, lines = '' }: PlotSetting): string =>
  `select: { name: "{NAME}-*" }
mode: apply
family: { key: "{nameBase}" }
retain:
  keepLast: 2
  stages: { ${stages} }
  guards: { lastLaunchedWithin: ${lastLaunchedWithin}${guards === undefined ? '' : `, ${guards}`} }
${lines}`;

/** One world with the product in it, and one plot for each name. */
export async function plots(
  settings: Readonly<Record<string, PlotSetting>>,
): Promise<{ stack: LocalStack; plots: readonly Plot[] }> {
  const aws = EmbeddedAws.open({ start, homeRegion: home });
  const stack = await deployWithRoles(aws, policyOf(settings), { idleEvery: day });
  const made = Object.entries(settings).map(([name, setting], index) => plotOf(aws, name, setting, index));
  return { stack, plots: made };
}

export const policyOf = (settings: Readonly<Record<string, PlotSetting>>) =>
  compiled(
    policies(
      Object.fromEntries(
        Object.entries(settings).map(([name, setting]) => [name, linesOf(setting).replaceAll('{NAME}', name)]),
      ),
    ),
  );

function plotOf(aws: EmbeddedAws, name: string, { shared, launches }: PlotSetting, index: number): Plot {
  const [old, middle, newest] = [10, 11, 12].map((generation) => {
    const id = `ami-0${index.toString(16).padStart(2, '0')}${generation}000000000abc`;
    const createdAt = start - (60 - generation) * day;
    const tags = marksFor(imageKey(home, id), createdAt, name);
    const own = generation === 10 ? { permissions: shared ? [`account:${sharee}`] : [], launches: launches ?? [] } : {};
    return putImage(aws, {
      account,
      region: home,
      id,
      name: `${name}-${generation}`,
      createdAt,
      tags,
      snapshotTags: tags,
      ...own,
    });
  });
  if (!old || !middle || !newest) throw new Error(`${name} has no images`);
  // In use for good, or nothing in use would look like broken eyes.
  putInstance(aws, newest, { launchedAt: start - 30 * day });
  const call = <T>(service: ServiceName, operation: string, input: object, by = account) =>
    aws.call(service, operation, input, { region: home, account: by }) as T;
  return { aws, name, old, middle, newest, call };
}

export function stateOf(aws: EmbeddedAws, { id }: ImageRow): string {
  const row = aws.state.table<ImageRow>('images').get(`${account}/${home}/${id}`);
  return row?.state ?? 'gone';
}
