import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startDemo, type Wishes } from '../../cli/story/start.ts';
import { liveThrough, type StoryOptions, usualStory } from '../../cli/story/story.ts';
import { compiled, demoPolicyText } from '../scenario/demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'ami-steward-story-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function start(wishes: Partial<Wishes> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await startDemo(
    { 'no-template': false, 'no-failure': false, ...wishes },
    { stdout: { write: (text) => out.push(text) }, stderr: { write: (text) => err.push(text) }, cwd: folder },
  );
  return { code, out: out.join(''), err: err.join('') };
}

const tell = async (more: Partial<StoryOptions>): Promise<string[]> => {
  const story = await liveThrough({ policy: compiled(demoPolicyText), ...usualStory, ...more });
  return [...story.lines];
};

const about = (lines: readonly string[], word: string, name = ''): string[] =>
  lines.map((line) => line.slice(18)).filter((line) => line.startsWith(word) && line.includes(name));

const january: number = Date.UTC(2026, 0, 6);
const february: number = Date.UTC(2026, 1, 3);

describe('npm start', () => {
  it('tells the whole life of the images, twice the same, and leaves its state behind', async () => {
    const first = await start();
    expect(first.code).toBe(0);
    const lines = first.out.split('\n');
    expect(about(lines, 'copied', 'golden-al2023-43').length).toBeGreaterThan(0);
    expect(about(lines, 'failed')).toEqual([expect.stringContaining('us-west-2 "Given key ID is not accessible"')]);
    expect(about(lines, 'deregistered')).toEqual([
      expect.stringMatching(/golden-al2023-40 .*4 images, 4 snapshots, 32 GiB/),
      expect.stringMatching(/golden-al2023-41 .*4 images, 4 snapshots, 32 GiB/),
    ]);
    expect(about(lines, 'kept')).toEqual([expect.stringMatching(/golden-al2023-42 .*template web-fleet v7/)]);
    expect(about(lines, 'sweep', 'golden-al2023-45')).toHaveLength(1);
    expect(first.out).toContain('9 copies (1 on a later try), 2 generations removed, 1 kept. 3.20 USD/month saved.');
    expect(first.out).not.toContain('\u001b');
    const second = await start();
    expect(second.out).toBe(first.out);
    expect(readFileSync('README.md', 'utf8')).toContain(`<!-- story -->\n\`\`\`\n${first.out}\`\`\`\n<!-- /story -->`);
  });

  it('says what is wrong with its options', async () => {
    expect(await start({ seed: 'x' })).toMatchObject({ code: 3, out: '', err: '--seed: "x" is no whole number\n' });
    const missing = await start({ policy: 'nowhere.yml' });
    expect(missing).toMatchObject({ code: 3, err: 'nowhere.yml: there is no such file\n' });
  });
});

describe('the story', () => {
  it('has another image found by the sweep when another event is dropped', async () => {
    const lines = await tell({ drop: 44, until: february });
    expect(about(lines, 'event', 'golden-al2023-44')).toEqual([]);
    expect(about(lines, 'sweep', 'golden-al2023-44')).toHaveLength(1);
  });

  it('has no failure when none is injected, and no copy is made twice', async () => {
    const lines = await tell({ failure: false, until: january });
    expect(about(lines, 'failed')).toEqual([]);
    expect(lines.at(-1)).toContain('3 copies, 0 generations removed');
  });

  it('passes in other minutes with another seed', async () => {
    const [one, two] = [await tell({ until: january }), await tell({ seed: 2, until: january })];
    expect(two).not.toEqual(one);
    expect(about(two, 'copied').length).toBeGreaterThan(0);
  });

  it('follows another policy', async () => {
    const policy = compiled(
      demoPolicyText.replace(/ {8}- \{ region: eu-west-1.*\n/, '').replace('keepLast: 3', 'keepLast: 2'),
    );
    const lines = await tell({ policy, until: Date.UTC(2026, 0, 21) });
    expect(lines.join('\n')).not.toContain('copied        golden-al2023-43   eu-west-1');
    expect(about(lines, 'copying')[0]).toContain('to ap-south-1, us-west-2');
    expect(about(lines, 'deprecated')).not.toEqual(about(await tell({ until: Date.UTC(2026, 0, 21) }), 'deprecated'));
  });

  it('loses the generation that a launch template kept when there is no such template', async () => {
    const lines = await tell({ template: false, until: Date.UTC(2026, 3, 17) });
    expect(about(lines, 'kept')).toEqual([]);
    expect(about(lines, 'disabled', 'golden-al2023-42')).toHaveLength(1);
  });
});
