import { expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { imageKey, imageRef } from '../../shared/model/ids.ts';
import { type Image, isLive, isThere, keyOf } from '../../shared/model/image.ts';
import { everyNamed, pointerKey } from '../../shared/model/pointer.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { lineagesOf } from '../../shared/rules/lineages.ts';
import { account, now, regions } from '../rules/make.ts';
import { everywhere, gives, imagesOf, isDestructive, isRevoked, isTaking } from './support.ts';

test('one plan never copies or shares a lineage and takes from it', () => {
  everywhere((_world, plan) => {
    const taken = new Set(plan.actions.filter(isTaking).map(({ root }) => root));
    expect(plan.actions.filter((action) => gives(action) && taken.has(action.root))).toEqual([]);
  });
});

test('INV-2 a copy is never copied, whatever its tags say', () => {
  everywhere(({ copies, policy }, plan) => {
    for (const action of plan.actions) {
      if (action.kind !== 'copy-image') continue;
      expect(copies.has(action.image)).toBe(false);
      expect(action.request.source).toBe(action.root);
      if (action.request.region !== imageRef(action.root).region) continue;
      expect(policy.policies.some(({ copy }) => copy?.to.some(({ kmsKey }) => kmsKey !== undefined))).toBe(true);
    }
  });
});

test('INV-3 nothing in use is disabled, approved or deregistered, nor any of its lineage', () => {
  everywhere(({ inventory, roots, unit }, plan) => {
    const used = inventory.usage.flatMap(({ uses }) => (uses.complete ? uses.value.map(({ image }) => image) : []));
    const kept = new Set(unit === 'image' ? used : used.map((key) => roots.get(key)));
    const acted = plan.actions.filter(isDestructive).map(({ image, root }) => (unit === 'image' ? image : root));
    expect(acted.filter((key) => kept.has(key))).toEqual([]);
  });
});

test('INV-4 incomplete evidence removes nothing', () => {
  everywhere(({ inventory }, plan) => {
    const { firstSweepAt } = inventory.records;
    const sources = [
      'instances',
      'launch-templates',
      'launch-configurations',
      'auto-scaling',
      'spot',
      'fleets',
      'ssm-parameters',
    ];
    const read = sources.every((source) =>
      regions.every((region) => {
        const found = inventory.usage.filter((one) => one.source === source && one.region === region);
        return found.length > 0 && found.every(({ at, uses }) => uses.complete && now - at <= 15 * minute);
      }),
    );
    const listed = regions.every((region) => inventory.images[region]?.complete);
    const old = firstSweepAt.complete && firstSweepAt.value !== undefined && now - firstSweepAt.value >= 48 * hour;
    const whole = inventory.scope === 'account';
    if (!read || !listed || !old || !whole) expect(plan.actions.filter(isDestructive)).toEqual([]);
    if (!listed || !whole || !firstSweepAt.complete) expect(plan.actions.filter(isTaking)).toEqual([]);
  });
});

test('INV-4 an image is taken only after what refers to it and who else uses it was read, with all of its lineage', () => {
  everywhere((world, plan) => {
    const { inventory, policy, roots, unit } = world;
    const looksElsewhere = policy.policies.some(({ retain }) => retain?.guards.sharedAccounts);
    for (const { image, root } of plan.actions.filter(isDestructive)) {
      const lineage = imagesOf(world).filter((one) => isThere(one) && roots.get(keyOf(one)) === root);
      for (const key of unit === 'image' ? [image] : lineage.map(keyOf)) {
        const reading = inventory.references?.[key];
        expect(now - (reading?.at ?? 0)).toBeLessThanOrEqual(15 * minute);
        expect(reading?.by).toEqual({ 'image-references': known([]), 'image-builder': known([]) });
        const grants = inventory.grants[key];
        const isPrivate = grants?.complete === true && grants.value.length === 0;
        if (isPrivate || !looksElsewhere) continue;
        const reports = inventory.reports?.[key];
        if (!reports?.complete) throw new Error('took an image that others may use, and nobody looked');
        const fresh = reports.value.filter(({ createdAt }) => now - createdAt <= day && createdAt <= now);
        expect(fresh.some(({ full, state }) => full && state === 'available')).toBe(true);
        const uses = fresh.flatMap((one) => one.uses).filter((use) => use.account !== account && use.count > 0);
        expect(uses).toEqual([]);
      }
    }
  });
});

test('INV-7 the newest two of a family, architecture and Region are never touched', () => {
  everywhere((world, plan) => {
    const taken = new Set(plan.actions.filter(isTaking).map(({ image }) => image));
    const lineages = lineagesOf(world.inventory);
    const byKey = new Map(imagesOf(world).map((image) => [keyOf(image), image]));
    const family = (name: string): string => name.replace(/-\d+$/, '');
    for (const key of taken) {
      const image = byKey.get(key) as Image;
      const own = lineages.find(({ members }) => members.some((member) => keyOf(member) === key));
      const newer = lineages.filter(
        (other) =>
          (other.built ?? 0) >= (own?.built ?? 0) &&
          other.root !== own?.root &&
          other.members.some(
            (member) =>
              family(member.name) === family(image.name) &&
              member.architecture === image.architecture &&
              member.region === image.region &&
              member.state === 'available' &&
              !taken.has(keyOf(member)),
          ),
      );
      expect(newer.length).toBeGreaterThanOrEqual(2);
    }
  });
});

test('INV-5 no step of the ladder is skipped', () => {
  everywhere((world, plan) => {
    const byKey = new Map(imagesOf(world).map((image) => [keyOf(image), image]));
    for (const action of plan.actions.filter((one) => !isRevoked(one))) {
      const { kind, image: key } = action;
      const image = byKey.get(key);
      const record = world.inventory.records.images[key];
      if (kind === 'disable-image') expect(image?.deprecationAt).toBeLessThan(now);
      if (kind === 'approve-removal') {
        expect(image?.state).toBe('disabled');
        expect(now - (record?.disabledAt ?? now)).toBeGreaterThanOrEqual(day);
        expect(now - (record?.checkedAt ?? now)).toBeGreaterThanOrEqual(day);
      }
      if (kind === 'deregister-image') expect(record?.approvedAt).toBeLessThan(now);
    }
  });
});

test('F58 where the bin is demanded, nothing goes that it would not keep, with its snapshots, as seen for long enough', () => {
  everywhere((world, plan) => {
    const byKey = new Map(imagesOf(world).map((image) => [keyOf(image), image]));
    if (!world.policy.policies.some(({ retain }) => retain?.recycleBin === 'required')) return;
    for (const { kind, image: key } of plan.actions) {
      if (kind !== 'approve-removal' && kind !== 'deregister-image') continue;
      const image = byKey.get(key) as Image;
      const bin = world.inventory.recycleBin?.[image.region];
      if (!bin?.complete) throw new Error('took an image from a Region whose bin nobody could read');
      const old = Object.entries(world.inventory.records.binRules?.[image.region] ?? {})
        .filter(([, since]) => since < now - 30 * minute)
        .map(([rule]) => rule.split(' ')[0]);
      const acting = bin.value.rules.filter(({ id, available }) => available && old.includes(id));
      expect(acting.map(({ resource }) => resource)).toContain('image');
      expect(acting.filter(({ resource, days }) => resource === 'snapshot' && days >= 7)).not.toEqual([]);
    }
  });
});

test('F59 snapshots go with an image only if no rule may keep the image, or one keeps them as long', () => {
  everywhere((world, plan) => {
    for (const action of plan.actions) {
      if (action.kind !== 'deregister-image' || !action.deleteSnapshots || action.afterBin) continue;
      const bin = world.inventory.recycleBin?.[imageRef(action.image).region];
      if (!bin?.complete) throw new Error('deleted snapshots where nobody could read the bin');
      const { rules } = bin.value;
      const keepsAll = rules.some(
        ({ resource, tags, excluded }) => resource === 'image' && tags.length + excluded.length === 0,
      );
      if (!keepsAll) continue;
      expect(
        rules.filter(({ resource, days, available }) => resource === 'snapshot' && available && days >= 7),
      ).not.toEqual([]);
    }
  });
});

test('INV-10 held images are never taken from', () => {
  everywhere((world, plan) => {
    const byKey = new Map(imagesOf(world).map((image) => [keyOf(image), image]));
    for (const action of plan.actions.filter(isTaking)) {
      const tags = byKey.get(action.image)?.tags;
      if (!tags?.complete) throw new Error('took an image whose tags nobody read');
      expect(tags.value.Keep).toBeUndefined();
      expect(['forever', '2026-11-23', 'soon']).not.toContain(tags.value['ami-steward:keep-until']);
      expect(Object.keys(tags.value).filter((key) => key.startsWith('aws:'))).toEqual([]);
      expect(tags.value['ami-steward:managed']).toBe('true');
      const { deregistrationProtection: protection } = byKey.get(action.image) as Image;
      if (isDestructive(action)) expect(protection.complete && protection.value).toBe('disabled');
    }
  });
});

test('INV-1 no copy is made where one lives', () => {
  everywhere((world, plan) => {
    const copies = plan.actions.filter((action) => action.kind === 'copy-image');
    for (const { root, request } of copies) {
      const live = imagesOf(world).filter(
        (image) => isLive(image) && keyOf(image) !== root && image.region === request.region,
      );
      expect(live.filter((image) => world.roots.get(keyOf(image)) === root)).toEqual([]);
    }
    const places = copies.map(({ root, request }) => `${root} ${request.region}`);
    expect(new Set(places).size).toBe(places.length);
  });
});

test('INV-10 nothing is removed, or approved for it, while a snapshot of it that would go is locked, or nobody looked', () => {
  everywhere((world, plan) => {
    const { inventory } = world;
    const images = new Map(imagesOf(world).map((image) => [keyOf(image), image]));
    const removed = plan.actions.filter(({ kind }) => kind === 'approve-removal' || kind === 'deregister-image');
    for (const action of removed) {
      if (action.kind === 'deregister-image' && !action.deleteSnapshots) continue;
      const { region = '', snapshots = [] } = images.get(action.image) ?? {};
      const seen = inventory.locks?.[region];
      if (!seen?.complete) throw new Error('nobody looked');
      expect(snapshots.filter((id) => seen.value[id])).toEqual([]);
    }
  });
});

test('INV-13 a pointer is moved to an available image only, never to an older build, and never on a guess', () => {
  everywhere((world, plan) => {
    const { inventory } = world;
    const images = new Map(imagesOf(world).map((image) => [keyOf(image), image]));
    const lineages = new Map(
      lineagesOf(inventory).flatMap((one) => one.members.map((image) => [keyOf(image), one] as const)),
    );
    const moved = plan.actions.filter((action) => action.kind === 'publish-image');
    for (const { image, root, pointer, built, leaves, despite = Number.NEGATIVE_INFINITY } of moved) {
      expect(images.get(image)).toMatchObject({ state: 'available', region: pointer.region, ownerId: account });
      const seen = inventory.pointers[pointerKey(pointer)];
      if (!seen?.complete) throw new Error('moved a pointer that nobody read');
      if (leaves) expect(inventory.records.images[leaves]?.revoked).toBeDefined();
      if (Number.isFinite(despite))
        expect(inventory.records.images[leaves ?? root]?.revoked).toMatchObject({ to: root, at: despite });
      for (const id of everyNamed(seen.value)) {
        if (leaves !== undefined && lineages.get(imageKey(pointer.region, id))?.root === leaves) continue;
        const named =
          lineages.get(imageKey(pointer.region, id))?.built ?? inventory.records.pointers[pointerKey(pointer)]?.built;
        expect(named).toBeLessThanOrEqual(Math.max(built, despite));
      }
      const asked = inventory.records.pointers[pointerKey(pointer)];
      if (asked && asked.root !== leaves) expect(asked.built).toBeLessThanOrEqual(Math.max(built, despite));
    }
    const names = moved.map(({ pointer }) => pointerKey(pointer));
    expect(new Set(names).size).toBe(names.length);
  });
});

test('F34b what a pointer names is never disabled, approved or deregistered, nor any of its lineage', () => {
  everywhere(({ inventory, policy, roots, unit }, plan) => {
    if (!policy.policies.every(({ retain }) => retain?.keepPublished !== false)) return;
    const named = Object.entries(inventory.pointers).flatMap(([key, seen]) =>
      seen.complete ? everyNamed(seen.value).map((id) => imageKey(key.split(' ')[0] ?? '', id)) : [],
    );
    const kept = new Set(unit === 'image' ? named : named.map((key) => roots.get(key)));
    const acted = plan.actions.filter(isDestructive).map(({ image, root }) => (unit === 'image' ? image : root));
    expect(acted.filter((key) => kept.has(key))).toEqual([]);
  });
});

test('what people revoked is disabled only while it is there and ours, and held by nobody', () => {
  everywhere((world, plan) => {
    const { inventory } = world;
    const byKey = new Map(imagesOf(world).map((image) => [keyOf(image), image]));
    for (const { image: key, root } of plan.actions.filter(isRevoked)) {
      const image = byKey.get(key) as Image;
      const word = inventory.records.images[root]?.revoked;
      expect(image).toMatchObject({ state: 'available', ownerId: account });
      expect(word?.disable).toBeDefined();
      const tags = image.tags.complete ? image.tags.value : {};
      expect(tags['ami-steward:managed']).toBe('true');
      expect(['forever', '2026-11-23', 'soon']).not.toContain(tags['ami-steward:keep-until']);
      expect(image.deregistrationProtection).toEqual(known('disabled'));
      expect(inventory.records.freeze?.scope ?? 'off').toBe('off');
      const launching = inventory.usage.filter(
        ({ source, region }) => source !== 'instances' && region === image.region,
      );
      for (const { at, uses } of launching) {
        expect(uses.complete && now - at <= 15 * minute).toBe(true);
        if (uses.complete && word?.disable === 'idle') expect(uses.value.map((use) => use.image)).not.toContain(key);
      }
    }
  });
});

test('nothing is taken while people say stop, or from what they restored', () => {
  everywhere(({ inventory }, plan) => {
    const taken = plan.actions.filter(isTaking);
    if (inventory.records.freeze) expect(taken).toEqual([]);
    const resting = taken.filter(({ root }) => {
      const { restored } = inventory.records.images[root] ?? {};
      return restored !== undefined && now - restored.at < 30 * day;
    });
    expect(resting).toEqual([]);
  });
});
