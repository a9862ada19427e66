import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type KindName, toSave } from '../../cli/inventory/answers.ts';

test('the page on saved answers runs every command that a reason names', async () => {
  const page = await readFile(new URL('../../docs/inventory.md', import.meta.url), 'utf8');
  const kinds: KindName[] = [
    'Images',
    'Reservations',
    'LaunchTemplates',
    'LaunchTemplateVersions',
    'LaunchPermissions',
    'LaunchConfigurations',
    'AutoScalingGroups',
    'SpotInstanceRequests',
    'SpotFleetRequestConfigs',
    'Fleets',
  ];
  for (const kind of kinds) expect(page).toContain(toSave(kind, '"$region"'));
});
