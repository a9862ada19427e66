import type { ImageUsageReportEntry } from '@aws-sdk/client-ec2';
import type { AccountId } from '../../shared/model/ids.ts';
import { day, type Instant } from '../../shared/model/time.ts';
import type { World } from '../kernel/service.ts';
import { recipesIn } from './recipes.ts';
import { type ImageRow, rowsIn } from './rows.ts';

/** What the counting needs of a report. */
export interface Counted {
  readonly image: Pick<ImageRow, 'account' | 'region' | 'id'>;
  readonly types: readonly string[];
  readonly depth: number;
  readonly accounts: readonly AccountId[];
  readonly at: Instant;
}

export type Count = Required<Pick<ImageUsageReportEntry, 'AccountId' | 'ResourceType' | 'UsageCount'>>;

/** Instance activity of the last 24 hours is not in a report yet. */
const instanceLag = day;

/** Use of the image by other accounts, with EC2's lags; one launch template counts once. */
export function countUse(world: World, report: Counted): Count[] {
  const users = report.types.flatMap((type) => usersOf(world, report, type).map((account) => ({ account, type })));
  const asked = users.filter(
    ({ account }) =>
      account !== report.image.account && (report.accounts.length === 0 || report.accounts.includes(account)),
  );
  const groups = Map.groupBy(asked, ({ account, type }) => `${account} ${type}`);
  return [...groups.values()].flatMap((group) =>
    group[0] ? [{ AccountId: group[0].account, ResourceType: group[0].type, UsageCount: group.length }] : [],
  );
}

/** One entry for each resource, by the account that it belongs to. */
function usersOf(world: World, report: Counted, type: string): AccountId[] {
  const { image, at } = report;
  if (type === 'ec2:Instance')
    return rowsIn(world, 'instances', image.region)
      .filter(
        ({ imageId, state, launchedAt }) =>
          imageId === image.id && state !== 'terminated' && launchedAt <= at - instanceLag,
      )
      .map(({ account }) => account);
  if (type === 'ec2:LaunchTemplate') return templateUsers(world, report);
  const kind = type === 'imagebuilder:ImageRecipe' ? 'image-recipe' : 'container-recipe';
  return recipesIn(world, image.region)
    .filter((recipe) => recipe.imageId === image.id && recipe.kind === kind)
    .map(({ account }) => account);
}

function templateUsers(world: World, { image, depth, at }: Counted): AccountId[] {
  const versions = Map.groupBy(rowsIn(world, 'launch-template-versions', image.region), ({ templateId }) => templateId);
  const seenUntil = at - world.switches.reportTemplateLag;
  return [...versions.values()].flatMap((all) => {
    const newest = [...all].sort((a, b) => b.number - a.number).slice(0, depth);
    const uses = newest.some(({ data, createdAt }) => data.ImageId === image.id && createdAt <= seenUntil);
    return uses && all[0] ? [all[0].account] : [];
  });
}
