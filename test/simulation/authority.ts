import { readPolicy } from '../../cli/policy/read.ts';
import { approve } from '../../shared/engine/approve.ts';
import { carryOut } from '../../shared/engine/carry-out.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { observe } from '../../shared/engine/observe.ts';
import { lookBack, restore } from '../../shared/engine/restore.ts';
import { asRevoked, revoke } from '../../shared/engine/revoke.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import type { CompiledPolicy, Policy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { compiled } from '../rules/make.ts';
import type { Actor, Stage } from './actors.ts';
import { Dice } from './dice.ts';
import { keyOfRow } from './truth.ts';

/** A word of people that the functions act on later. */
export class Authority implements Actor {
  readonly name = 'authority';
  readonly perDay = 1.2;
  readonly #stage: Stage;
  readonly #dice: Dice;
  readonly #acts: readonly (() => void)[];

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`authority ${stage.scenario.seed}`);
    this.#acts = [
      () => this.#freeze(),
      () => this.#revoke(),
      () => this.#approve(),
      () => this.#approve(),
      () => this.#recover(),
      () => this.#recover(),
      () => this.#mistake(),
    ];
  }

  act(): void {
    this.#dice.one(this.#acts)?.();
  }

  #freeze(): void {
    const { speak, truth, later, count } = this.#stage;
    const scope = this.#dice.of<'retire' | 'all'>('retire', 'all');
    const lasts = this.#dice.between(hour, day);
    const set = (to: 'off' | typeof scope) =>
      speak(`sets the stop switch to ${to}`, ({ ledger }) =>
        ledger.setFreeze({ scope: to, why: 'an incident', at: truth.now() }),
      );
    set(scope);
    count('stop switch set');
    later(lasts, 'the incident is over', () => set('off'));
  }

  /** A lineage, or with all that was built from it; the pointers are told where to go. */
  #revoke(): void {
    const { truth, speak, count, later } = this.#stage;
    const images = truth.images().filter(({ state }) => state === 'available');
    const roots = images.map(keyOfRow).filter((key) => truth.rootOf(key) === key && truth.policiesOf(key).length > 0);
    const parents = roots.filter((one) => childrenOf(one, this.#stage).length > 0);
    const root = this.#dice.one(parents.length > 0 ? parents : roots);
    if (!root) return;
    const descendants = this.#dice.chance(0.6) ? childrenOf(root, this.#stage) : [];
    const to = this.#dice.one(roots.filter((one) => one !== root && truth.familyOf(one) === truth.familyOf(root)));
    const disable = this.#dice.of<'idle' | 'all' | undefined>('idle', 'all', undefined);
    const word = { reason: 'a bad build', ...(disable && { disable }) };
    speak(`revokes ${root}${disable ? ` and disables what is ${disable}` : ''}`, async (engine) => {
      const seen = await surveyOf(engine);
      const all = [root, ...descendants].filter((one) => seen.inventory.records.images[one]);
      if (all.length === 0) return;
      const after = await asRevoked(engine, seen, all, word, to && { to, roots: [root] });
      await revoke(engine, after, all);
      count('lineage revoked');
      if (descendants.length > 0) count('descendants revoked');
    });
    if (this.#dice.chance(0.7))
      later(this.#dice.between(hour, 2 * day), `it was no bad build: ${root}`, () =>
        speak(`takes back what was said of ${root}`, (engine) => restore(engine, root, 'a false alarm')),
      );
  }

  #approve(): void {
    const { speak, count } = this.#stage;
    speak('looks at what the breaker halted', async (engine) => {
      const seen = await surveyOf(engine);
      if (seen.plan.halted.length === 0) return;
      await approve(engine, seen, () => true, 'looked at it');
      count('halted steps approved');
    });
  }

  /** With the rights of a person, since no function may take anything out of the Recycle Bin. */
  #recover(): void {
    const { truth, speak, count } = this.#stage;
    const gone = truth
      .stores<ImageRecord>(({ sk }) => sk === 'record')
      .filter(({ image, goneAt }) => goneAt !== undefined && truth.image(image) === undefined)
      .map(({ image }) => image);
    const binned = gone.filter((key) => truth.isBinned(key));
    const key = this.#dice.one(binned.length > 0 ? binned : gone);
    if (!key) return;
    const root = truth.rootOf(key);
    speak(`wants ${root} back, of which ${key} is gone`, async (engine) => {
      const { actions } = await lookBack(engine, root);
      count(actions.length > 0 ? 'gone image wanted back' : 'gone image wanted back too late');
      if (actions.length === 0) return;
      await restore(engine, root, 'needed after all');
      const { inventory, plan } = await surveyOf(engine);
      await carryOut(engine, { inventory, plan: { ...plan, actions } }, () => true);
      if (actions.some(({ image }) => truth.image(image))) count('image came back from the Recycle Bin');
    });
  }

  /** A policy that expires nearly everything, for some hours; one that nobody could deploy at all. */
  #mistake(): void {
    const { truth, reconfigure, later, count } = this.#stage;
    if (readPolicy(this.#dice.of(...typos), 'policy.yml').ok) throw new Error('a policy with a typo was taken');
    const before = truth.policy;
    reconfigure(hasty(before));
    count('policy that expires nearly everything');
    later(this.#dice.between(hour, 6 * hour), 'the policy is put right', () => reconfigure(before));
  }
}

const retaining = (retain: string): string =>
  `version: 1\npolicies:\n  - { name: golden, mode: apply, select: { name: "golden-*" }, family: { key: "{nameBase}" }, retain: { ${retain} } }\n`;
const typos: [string, string, string, string] = [
  retaining('keepLast: 0'),
  retaining('keepLast: -2'),
  retaining('keepLast: 2, maxAge: 30m'),
  retaining('keepLast: 2, stages: { disable: { afterDeprecated: 30 } }'),
];

/** With the limits that apply where nobody set any. */
const hasty = ({ policies }: CompiledPolicy): CompiledPolicy => ({
  ...compiled(...policies.map(hastyPolicy)),
  hash: 'e'.repeat(64),
});

function hastyPolicy(policy: Policy): Policy {
  if (!policy.retain) return policy;
  const { deregister } = policy.retain.stages;
  const stages = {
    deprecate: { afterSuperseded: 0 },
    disable: { afterDeprecated: 0 },
    ...(deregister && { deregister: { ...deregister, afterDisabled: 0 } }),
  };
  return { ...policy, retain: { ...policy.retain, keepLast: 2, stages, limits: { perPlan: 5, percentOfFamily: 10 } } };
}

async function surveyOf(engine: Engine) {
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: true });
  return { inventory, plan: decide(inventory, engine.policy, engine.clock.now()) };
}

function childrenOf(root: ImageKey, { truth }: Stage): ImageKey[] {
  const members = new Set(truth.members(root).map(keyOfRow));
  return truth.births().flatMap(({ key, parent }) => (parent && members.has(parent) && truth.image(key) ? [key] : []));
}
