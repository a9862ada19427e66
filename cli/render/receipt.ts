import type { Engine } from '../../shared/engine/engine.ts';
import type { SetAside } from '../../shared/model/control.ts';
import { type ImageKey, imageRef } from '../../shared/model/ids.ts';
import type { Line } from '../output.ts';
import type { World } from '../worlds/world.ts';
import { columns } from './table.ts';
import { clockTime } from './words.ts';

/** What came of one event. */
export interface Receipt {
  /** Absent where nobody could tell which image was meant. */
  readonly image?: ImageKey;
  readonly setAside: readonly SetAside[];
  /** The handler asked for the message again. */
  readonly failed: boolean;
  /** What was emitted because of it, in words. */
  readonly story: readonly string[];
  readonly rows: readonly Row[];
}

/** What the store says after it. */
export interface Row {
  readonly kind: 'intent' | 'copy' | 'share' | 'lineage';
  readonly image: ImageKey;
  readonly text: string;
}

/** Intents, copies, shares and lineage rows of the lineage that an image belongs to. */
export async function rowsOf({ ledger, policy }: Engine, image: ImageKey): Promise<Row[]> {
  const root = (await ledger.image(image))?.root ?? image;
  const members = await ledger.lineage(root);
  const regions = new Set(policy.policies.flatMap(({ copy }) => (copy?.to ?? []).map(({ region }) => region)));
  const intents = await ledger.intents([...regions].map((region) => ({ root, region })));
  const shares: Row[] = [];
  for (const member of members)
    for (const { principal, on, given } of await ledger.grants(member.image))
      if (given) shares.push({ kind: 'share', image: member.image, text: on ? `${principal} on ${on}` : principal });
  return [
    ...intents.map((intent): Row => {
      const { region, generation, request } = intent;
      const key = request.kmsKey === undefined ? '' : `, key ${request.kmsKey}`;
      return { kind: 'intent', image: root, text: `to ${region}, try ${generation}${key}` };
    }),
    ...intents.flatMap(({ region, copyId, state }): Row[] =>
      copyId === undefined ? [] : [{ kind: 'copy', image: `${region}/${copyId}` as ImageKey, text: state }],
    ),
    ...shares,
    ...members.map((record): Row => {
      const from = record.role === 'copy' ? `copy of ${record.root}` : 'root';
      const family = record.family === undefined ? '' : `, family ${record.family}`;
      return { kind: 'lineage', image: record.image, text: `${from}${family}` };
    }),
  ];
}

export function receiptLines(receipt: Receipt, world: World, file: string): Line[] {
  const { image, setAside, story, rows, failed } = receipt;
  const about = image === undefined ? '' : `   ${imageRef(image).id} in ${imageRef(image).region}`;
  return [
    {
      text: `AMI Steward receive   ${world.kind === 'local' ? 'embedded AWS' : 'AWS'} ${world.account}   ${file}${about}`,
      style: 'head',
    },
    ...setAside.map(({ problem }): Line => ({ text: `set aside: ${problem}`, style: 'remove' })),
    ...story,
    ...(setAside.length === 0 && story.length === 0 && !failed ? ['Nothing was left to do.'] : []),
    ...columns(rows.map(({ kind, image: of, text }) => [`  ${kind}`, of, text])),
    ...(failed ? [{ text: 'the handler could not finish and wants the message again', style: 'remove' } as const] : []),
    `Now ${clockTime(world.now())}.`,
  ];
}
