import {
  type AccountId,
  type ImageId,
  type ImageKey,
  imageKey,
  isAccountId,
  isImageId,
  isRegion,
  type Region,
} from '../../shared/model/ids.ts';
import { type Instant, parseInstant } from '../../shared/model/time.ts';
import { type Demand, type Fields, isAbsentOrText, isFields, isText, type Parsed, shown, unmet } from '../fields.ts';

/** The states that EC2 announces. There is no event for pending, for sharing, tags or deprecation. */
export const announcedStates = ['available', 'failed', 'deregistered', 'disabled'] as const;
export type AnnouncedState = (typeof announcedStates)[number];

export const amiStateChange = 'EC2 AMI State Change';

/** "Look now": EC2's best-effort event says which image changed, and nothing about why or by whom. */
export interface AmiStateChange {
  readonly id: string;
  readonly image: ImageKey;
  readonly imageId: ImageId;
  readonly region: Region;
  readonly account: AccountId;
  readonly time: Instant;
  readonly state: AnnouncedState;
  /** EC2's reason for `failed`. */
  readonly errorMessage?: string;
  readonly requestId?: string;
}

const what = `not an "${amiStateChange}" event`;
const isAnnounced = (state: unknown): state is AnnouncedState => announcedStates.some((known) => known === state);
const instant = (value: unknown): Instant | undefined => (isText(value) ? parseInstant(value) : undefined);

function demands(event: Fields, detail: Fields): Demand[] {
  return [
    ['source', event.source, event.source === 'aws.ec2', '"aws.ec2"'],
    ['detail-type', event['detail-type'], event['detail-type'] === amiStateChange, `"${amiStateChange}"`],
    ['id', event.id, isText(event.id), 'the id of an event'],
    ['account', event.account, isAccountId(event.account), 'an account id of twelve digits'],
    ['region', event.region, isRegion(event.region), 'the name of a Region'],
    ['time', event.time, instant(event.time) !== undefined, 'a time'],
    ['detail.ImageId', detail.ImageId, isImageId(detail.ImageId), 'ami- and 8 or 17 hexadecimal digits'],
    ['detail.State', detail.State, isAnnounced(detail.State), `one of ${announcedStates.join(', ')}`],
    ['detail.ErrorMessage', detail.ErrorMessage, isAbsentOrText(detail.ErrorMessage), 'text'],
    ['detail.RequestId', detail.RequestId, isAbsentOrText(detail.RequestId), 'text'],
  ];
}

/** Reads what EventBridge delivers. Total: every value gives an event or a problem that names all that is wrong. */
export function parseAmiStateChange(value: unknown): Parsed<AmiStateChange> {
  if (!isFields(value)) return { ok: false, problem: `${what}: it is ${shown(value)}, not an object` };
  const detail = isFields(value.detail) ? value.detail : {};
  const problem = unmet(what, demands(value, detail));
  if (problem !== undefined) return { ok: false, problem };
  const region = value.region as Region;
  const imageId = detail.ImageId as ImageId;
  return {
    ok: true,
    event: {
      id: value.id as string,
      image: imageKey(region, imageId),
      imageId,
      region,
      account: value.account as AccountId,
      time: instant(value.time) as Instant,
      state: detail.State as AnnouncedState,
      ...(detail.ErrorMessage ? { errorMessage: detail.ErrorMessage as string } : {}),
      ...(detail.RequestId ? { requestId: detail.RequestId as string } : {}),
    },
  };
}
