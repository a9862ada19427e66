import { digest } from '../model/digest.ts';
import { isPortError, isRetryable } from '../model/errors.ts';
import { type ImageId, imageRef } from '../model/ids.ts';
import type { ActionOf } from '../model/plan.ts';
import { mayClaim, namedBy, type PointerRecord, type PointerState } from '../model/pointer.ts';
import { second } from '../model/time.ts';
import {
  type ActionDefinition,
  blocked,
  done,
  historyOf,
  notNeeded,
  type Result,
  type Workbench,
  waiting,
} from './action.ts';

type PublishImage = ActionOf<'publish-image'>;
type Template = Extract<PointerState, { kind: 'launch-template' }>;

/** How long to look again for a value that SSM accepted, before the next run does. */
const looks = [second, 2 * second, 4 * second];

/** Claim first, under a condition, then move, then look: a pointer never goes back, and says so only once it is seen. */
export const publishImage: ActionDefinition<'publish-image'> = {
  kind: 'publish-image',
  permissions: [
    'ssm:PutParameter',
    'ssm:GetParameters',
    'ec2:DescribeLaunchTemplates',
    'ec2:DescribeLaunchTemplateVersions',
    'ec2:CreateLaunchTemplateVersion',
    'ec2:ModifyLaunchTemplate',
    'ec2:DescribeImages',
  ],
  destructive: false,
  role: () => 'on-image-event',
  apply: async (action, bench) => {
    const image = await bench.images.get(imageRef(action.image));
    if (image?.state !== 'available') return waiting(`it is ${image?.state ?? 'not known to EC2'} by now`);
    if (image.ownerId !== bench.account) return blocked(`it belongs to ${image.ownerId}`);
    const state = await stateOf(action, bench);
    if (digest(state) !== action.seen) return waiting('the pointer is not as it was when decided');
    if (!(await isStillRevoked(action, bench)))
      return waiting('what it leaves is no longer revoked, or not for this image');
    if (!(await claim(action, bench))) return waiting('it was asked to name this image, or a newer one, before');
    return moving(action, state, bench);
  },
};

/** @returns whether the pointer is ours to move: of several runs at once it is one's, the newest image's */
async function claim(action: PublishImage, bench: Workbench): Promise<boolean> {
  const next = recordFor(action, bench);
  let isOurs = false;
  await bench.ledger.savePointer(action.pointer, (prior) => {
    isOurs = mayClaim(prior, next, next.since, action);
    return prior && !isOurs ? prior : next;
  });
  return isOurs;
}

/** And where people named what takes its place, this is still their last word. */
async function isStillRevoked({ leaves, despite, root }: PublishImage, { ledger }: Workbench): Promise<boolean> {
  if (leaves === undefined) return true;
  const word = (await ledger.image(leaves))?.revoked;
  return word !== undefined && (despite === undefined || (word.at === despite && word.to === root));
}

async function stateOf({ pointer }: PublishImage, { pointers }: Workbench): Promise<PointerState> {
  const { kind, region, name } = pointer;
  return (await pointers.read(kind, region, [name])).get(name) ?? { kind: 'absent' };
}

function recordFor(action: PublishImage, bench: Workbench): PointerRecord {
  const { pointer, image, root, built, name, setDefault, from, fromName, family, policy, attempt, leaves } = action;
  return {
    pointer,
    image: imageRef(image).id,
    root,
    built,
    name,
    setDefault,
    ...(from !== undefined && { from }),
    ...(fromName !== undefined && { fromName }),
    ...(family !== undefined && { family }),
    policy,
    ...(leaves !== undefined && { leaves }),
    attempt,
    run: bench.run,
    since: bench.clock.now(),
  };
}

async function moving(action: PublishImage, state: PointerState, bench: Workbench): Promise<Result> {
  await historyOf(action, bench, 'before', { pointer: action.pointer });
  try {
    const { id } = imageRef(action.image);
    const shown =
      state.kind === 'launch-template' ? await moveTemplate(action, state, bench) : await put(action, id, bench);
    if (!shown) return waiting('the parameter does not show the image yet');
    const isNews = await bench.ledger.confirmPointer(action.pointer, id, bench.clock.now());
    await historyOf(action, bench, 'after', { pointer: action.pointer });
    return isNews ? done({ from: action.from, to: id }) : notNeeded('it was seen to name it before');
  } catch (error) {
    if (isPortError(error) && (isRetryable(error) || error.kind === 'not-found')) return waiting(error.message, error);
    if (isPortError(error, 'denied', 'invalid', 'quota', 'region-unavailable')) return blocked(error.message, error);
    throw error;
  }
}

/** A 200 does not mean that the value was stored: only a parameter that shows it does. */
async function put(action: PublishImage, image: ImageId, bench: Workbench): Promise<boolean> {
  const { region, name } = action.pointer;
  await bench.pointers.putParameter(region, name, image);
  for (const pause of [0, ...looks]) {
    if (pause > 0) await bench.clock.sleep(pause);
    if (namedBy(await stateOf(action, bench), false) === image) return true;
  }
  return false;
}

/** What the default version is made from stays the default's; a version that has the image already is not made twice. */
async function moveTemplate(action: PublishImage, state: Template, bench: Workbench): Promise<true> {
  const { pointer, setDefault } = action;
  const { id: image } = imageRef(action.image);
  const { version: source } = setDefault ? state.default : state.latest;
  const wish = { image, source };
  const version =
    state.latest.image === image
      ? state.latest.version
      : await bench.pointers.addVersion(pointer.region, state.id, wish, digest([pointer, state.id, wish]));
  if (setDefault) await bench.pointers.setDefaultVersion(pointer.region, state.id, version);
  return true;
}
