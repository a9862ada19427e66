import { mapFew } from '../../../shared/aws/batches.ts';
import type { Region } from '../../../shared/model/ids.ts';
import type { Permission, Subject } from '../../../shared/ports/permissions.ts';
import { counted } from '../../render/words.ts';
import { type Finding, failed, ok, unchecked, warning } from '../finding.ts';
import { type About, check, type Patient } from '../patient.ts';
import { look, type Seen, unseen, valuesOf } from '../seen.ts';

export interface Asked {
  readonly action: string;
  readonly region: Region;
  readonly answer: Seen<Permission>;
}

/** Questions under way at once. */
const width = 8;

/** What plans are made from. */
export const readPermissions = check(
  'permissions to read',
  ({ regions, ports: { permissions } }) =>
    ask(pairs(permissions.reads, regions), (action, region) => permissions.mayRead(action, region)),
  judgeReads,
);

/** What `apply --direct` and `restore` do with the rights of whoever calls. */
export const changePermissions = check('permissions to act', askChanges, judgeChanges);

const pairs = (actions: readonly string[], regions: readonly Region[]) =>
  regions.flatMap((region) => actions.map((action) => ({ action, region })));

const ask = (
  questions: readonly { action: string; region: Region }[],
  answer: (action: string, region: Region) => Promise<Permission>,
): Promise<Asked[]> =>
  mapFew(questions, width, async ({ action, region }) => ({
    action,
    region,
    answer: await look(() => answer(action, region)),
  }));

/** About an image of ours where there is one, since permissions may hang on owner and tags. */
async function askChanges({ regions, ports: { permissions }, images }: Patient): Promise<Asked[]> {
  const subjects = new Map(valuesOf(await images()).map(({ region, value }) => [region, subjectAmong(region, value)]));
  return ask(pairs(permissions.changes, regions), (action, region) =>
    permissions.mayChange(action, subjects.get(region) ?? subjectAmong(region, [])),
  );
}

interface Own {
  readonly id: string;
  readonly snapshots: readonly string[];
}

function subjectAmong(region: Region, images: readonly Own[]): Subject {
  const image = images.find(({ snapshots }) => snapshots.length > 0) ?? images[0];
  return {
    region,
    image: image?.id ?? 'ami-00000000000000000',
    snapshot: image?.snapshots[0] ?? 'snap-00000000000000000',
  };
}

export function judgeReads(asked: readonly Asked[], about: Pick<About, 'regions'>): Finding[] {
  const denied = deniedIn(asked);
  return [
    ...(denied === undefined
      ? []
      : [failed(`denied: ${denied}. What cannot be read counts as used`, 'allow them to whoever makes plans here')]),
    ...others(asked),
    ...allAllowed(asked, about, 'each by its smallest call'),
  ];
}

export function judgeChanges(asked: readonly Asked[], about: Pick<About, 'regions'>): Finding[] {
  const denied = deniedIn(asked);
  return [
    ...(denied === undefined
      ? []
      : [
          warning(
            `denied: ${denied}. The functions of a stack have roles of their own`,
            'only apply --direct and restore need them',
          ),
        ]),
    ...others(asked),
    ...allAllowed(asked, about, 'by dry runs'),
  ];
}

const is = ({ answer }: Asked, wanted: Permission): boolean => answer.seen && answer.value === wanted;

function deniedIn(asked: readonly Asked[]): string | undefined {
  const denied = asked.filter((one) => is(one, 'denied'));
  return denied.length === 0 ? undefined : listed(denied);
}

/** `ec2:DescribeFleets (eu-west-1, us-east-1), ec2:DescribeImages (us-east-1)`. */
const listed = (asked: readonly Asked[]): string =>
  [...Map.groupBy(asked, ({ action }) => action)]
    .map(([action, places]) => `${action} (${places.map(({ region }) => region).join(', ')})`)
    .join(', ');

/** Neither a yes nor a no. */
function others(asked: readonly Asked[]): Finding[] {
  const codes = Map.groupBy(asked, ({ answer }) =>
    answer.seen && typeof answer.value === 'object' ? answer.value.undecided : undefined,
  );
  const undecided = [...codes].flatMap(([code, those]) =>
    code === undefined ? [] : [unchecked('no-answer', `${listed(those)}: the answer was ${code}`)],
  );
  const silent = Map.groupBy(asked, ({ answer }) => (answer.seen ? undefined : answer.because));
  const blind = [...silent.values()].flatMap((those) => {
    const [first] = those;
    return first && !first.answer.seen ? [unseen(first.answer, listed(those))] : [];
  });
  return [...undecided, ...blind];
}

function allAllowed(asked: readonly Asked[], { regions }: Pick<About, 'regions'>, how: string): Finding[] {
  if (!asked.every((one) => is(one, 'allowed'))) return [];
  const actions = new Set(asked.map(({ action }) => action)).size;
  return [ok(`all ${actions} in ${counted(regions.length, 'Region')}, ${how}`)];
}
