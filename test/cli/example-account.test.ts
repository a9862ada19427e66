import { readFile, rm } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { account138, writeAccount } from '../../scripts/account-138.ts';
import { exampleAccountPage } from '../../scripts/generate-example-account.ts';
import { emptyFolder, shell } from './shell.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Listed {
  readonly Images?: readonly { readonly ImageId: string }[];
  readonly Reservations?: readonly { readonly Instances: readonly { readonly ImageId: string }[] }[];
  readonly LaunchTemplateVersions?: readonly { readonly LaunchTemplateData: { readonly ImageId: string } }[];
}

describe('the example account', () => {
  const answers: readonly Listed[] = Object.values(account138);
  const images = answers.flatMap(({ Images = [] }) => Images.map(({ ImageId }) => ImageId));
  const used = answers.flatMap(({ Reservations = [], LaunchTemplateVersions = [] }) => [
    ...Reservations.flatMap(({ Instances }) => Instances.map(({ ImageId }) => ImageId)),
    ...LaunchTemplateVersions.map(({ LaunchTemplateData }) => LaunchTemplateData.ImageId),
  ]);

  test('it has 138 images, and 12 of them are in use', () => {
    expect(new Set(images).size).toBe(138);
    expect(images).toEqual(expect.arrayContaining(used));
    expect(new Set(used).size).toBe(12);
  });

  test('its page is current: npx node scripts/generate-example-account.ts', async () => {
    expect(await read('docs/example-account.md')).toBe(await exampleAccountPage());
  });

  test('the commands of the page print the plan that stands there', async () => {
    const page = await read('docs/example-account.md');
    const dir = emptyFolder();
    onTestFinished(() => rm(dir, { recursive: true }));
    await writeAccount(dir);
    const cwd = new URL('../../', import.meta.url).pathname;
    const { code, out } = await shell(cwd, ['plan', '--inventory', dir, '--policy', 'docs/example-account.yml']);
    expect(code).toBe(0);
    expect(page).toContain(`\`\`\`\n${out}\`\`\``);
  });
});
