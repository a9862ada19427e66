import type { EmbeddedAws, IncomingCall, Interceptor } from '../../local/world.ts';
import { mark } from '../../shared/model/marks.ts';

/** Calls that fit, as they come in from now on, whatever becomes of them. */
export function watched(aws: EmbeddedAws, fits: (call: IncomingCall) => boolean): IncomingCall[] {
  const calls: IncomingCall[] = [];
  around(aws, (call, perform) => {
    if (fits(call)) calls.push(call);
    return perform();
  });
  return calls;
}

/** Puts something around every call, inside of what already stands there: whoever watches comes first. */
export function around(aws: EmbeddedAws, more: Interceptor): void {
  const { interceptor } = aws;
  aws.interceptor = (call, perform) => interceptor(call, () => more(call, perform));
}

/** Takes an image from its users, or lets it be taken for good. */
export const takes = ({ operation, input }: IncomingCall): boolean =>
  ['DisableImage', 'DeregisterImage', 'DeleteSnapshot'].includes(operation) ||
  (operation === 'CreateTags' && JSON.stringify(input).includes(mark.reap));

/** Which image or snapshot a call is about. */
export const subjectOf = ({ input }: IncomingCall): unknown => {
  const { ImageId, SnapshotId } = input as { ImageId?: string; SnapshotId?: string };
  return ImageId ?? SnapshotId;
};
