import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicy } from '../cli/policy-file.ts';
import { projectFile } from '../cli/project.ts';
import { renderPlan } from '../cli/render/plan.ts';
import { type Survey, survey } from '../cli/survey.ts';
import { openInventoryWorld } from '../cli/worlds/inventory-world.ts';
import type { World } from '../cli/worlds/world.ts';
import { known } from '../shared/model/evidence.ts';
import type { ImageKey } from '../shared/model/ids.ts';
import { type Image, keyOf, tagsOf } from '../shared/model/image.ts';
import type { Inventory } from '../shared/model/inventory.ts';
import type { Plan } from '../shared/model/plan.ts';
import type { CompiledPolicy } from '../shared/model/policy.ts';
import { day } from '../shared/model/time.ts';
import { decide } from '../shared/rules/decide.ts';
import { sentence } from '../shared/rules/explain.ts';
import { imagesByKey } from '../shared/rules/lineages.ts';
import { writeAccount } from './account-138.ts';

const policyFile = 'docs/example-account.yml';
const pageFile = 'docs/example-account.md';

/** As AWS lists it for the standard tier. Snapshots share blocks, so every sum is an upper bound. */
const usdPerGiBMonth = 0.05;

/** The page about an invented account, made by planning it. */
export async function exampleAccountPage(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'account-138-'));
  try {
    await writeAccount(dir);
    const loaded = await loadPolicy(projectFile(policyFile), policyFile);
    const request = { local: false, cwd: dir, env: {}, write: false };
    const world = await openInventoryWorld(request, '.', loaded);
    return page(await survey(world), world);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function page(seen: Survey, world: World): string {
  const first = renderPlan(seen, world, '').map((line) => (typeof line === 'string' ? line : line.text));
  const images = imagesByKey(seen.inventory);
  const fates = fatesOf(afterWaits(seen, world.policy), images);
  return `# An account with 138 images

<!-- Made by scripts/generate-example-account.ts. Change the account, the policy or the text there, then run it. -->

The account is invented: 138 images in three Regions, 12 of them in use, years of builds of six families, a few images
that people made by hand. \`scripts/account-138.ts\` writes it in the form that the AWS CLI prints; the policy is
[example-account.yml](example-account.yml). To see all of this yourself:

\`\`\`sh
npx node scripts/account-138.ts out/account-138
npx ami-steward plan --inventory out/account-138 --policy ${policyFile}
\`\`\`

## What the first plan says

\`\`\`
${first.join('\n')}
\`\`\`

The first plan of an account takes nothing: images get their marks first, and whatever needs a mark is held until then.
How to save an account of your own in this form: [inventory.md](inventory.md).

## What it comes to

Once the images carry their marks and the waits of the policy are over, with everything else as it is today:

${familyTable(fates)}

The price is ${usdPerGiBMonth} USD a month for a GiB of snapshot in the standard tier. It is an upper bound: snapshots share blocks, and
an image pays for its own only. Not all of it goes at once: the breaker halts a plan that takes more than five builds of
a policy, or more than a tenth of a family, in one step; a build counts once with all its copies. Left alone are the images
that no policy selects, and three that somebody disabled before: no record says who, so nothing follows from it.

## What is kept although it is old, and why

${keptTable(fates)}

Use is looked for in the files that were saved, so the last launch, the quarantine and disabling before removal stay the
net below.
`;
}

type Fate = 'newest' | 'kept' | 'goes' | 'left alone';

interface Fated {
  readonly image: Image;
  readonly family: string;
  readonly fate: Fate;
  readonly why: readonly string[];
}

/** The plan when marks are set, our records are old enough and no step waits for time any more. */
function afterWaits({ inventory, plan, now }: Survey, policy: CompiledPolicy): Plan {
  const patient = withoutWaits(policy);
  const records = { ...inventory.records, firstSweepAt: known(now - 365 * day) };
  const tags = new Map(plan.actions.flatMap((one) => (one.kind === 'mark-image' ? [[one.image, one.tags]] : [])));
  const marked = changed({ ...inventory, records }, (image) => ({
    ...image,
    tags: known({ ...tagsOf(image), ...tags.get(keyOf(image)) }),
  }));
  const { actions } = decide(marked, patient, now);
  const due = new Set(actions.flatMap((one) => (one.kind === 'deprecate-image' ? [one.image] : [])));
  const deprecated = changed(marked, (image) =>
    due.has(keyOf(image)) ? { ...image, deprecationAt: now - day } : image,
  );
  return decide(deprecated, patient, now);
}

const withoutWaits = (policy: CompiledPolicy): CompiledPolicy => ({
  ...policy,
  policies: policy.policies.map((one) =>
    one.retain
      ? {
          ...one,
          retain: {
            ...one.retain,
            stages: { ...one.retain.stages, deprecate: { afterSuperseded: 0 }, disable: { afterDeprecated: 0 } },
          },
        }
      : one,
  ),
});

const changed = (inventory: Inventory, change: (image: Image) => Image): Inventory => ({
  ...inventory,
  images: Object.fromEntries(
    Object.entries(inventory.images).map(([region, part]) => [
      region,
      part.complete ? known(part.value.map(change)) : part,
    ]),
  ),
});

function fatesOf({ actions, held, verdicts }: Plan, images: ReadonlyMap<ImageKey, Image>): Fated[] {
  const going = new Set(actions.flatMap((one) => (one.kind === 'disable-image' ? [one.image] : [])));
  const guards = new Map(held.map((one) => [one.image, one.guards]));
  return verdicts.flatMap((verdict): Fated[] => {
    const { image: key, family, code } = verdict;
    const image = images.get(key);
    if (!image) return [];
    const why = (guards.get(key) ?? []).map(sentence);
    const isNewest = code === 'among-newest' || code === 'not-expired' || code === 'in-place';
    const fate = going.has(key) ? 'goes' : why.length > 0 ? 'kept' : isNewest ? 'newest' : 'left alone';
    return [{ image, family: family ?? 'selected by no policy', fate, why }];
  });
}

function familyTable(fates: readonly Fated[]): string {
  const families = [...Map.groupBy(fates, ({ family }) => family)].sort(([a], [b]) => (a < b ? -1 : 1));
  const row = (name: string, all: readonly Fated[]): string[] => {
    const of = (fate: Fate) => all.filter((one) => one.fate === fate);
    const gib = of('goes').reduce((sum, { image }) => sum + image.sizeGiB, 0);
    const counts = (['newest', 'kept', 'left alone', 'goes'] as const).map((fate) => String(of(fate).length));
    return [name, String(all.length), ...counts, String(gib), (gib * usdPerGiBMonth).toFixed(2)];
  };
  const head = ['family', 'images', 'newest, or young', 'kept by a guard', 'left alone', 'go', 'GiB', 'USD a month'];
  return table(head, [...families.map(([name, all]) => row(name, all)), row('**all**', fates)]);
}

const keptTable = (fates: readonly Fated[]): string =>
  table(
    ['image', 'Region', 'why'],
    fates
      .filter(({ fate }) => fate === 'kept')
      .map(({ image, why }) => [image.name, image.region, why.join('; ')])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

if (import.meta.main) writeFileSync(projectFile(pageFile), await exampleAccountPage());
