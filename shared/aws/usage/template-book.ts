import type { EC2Client, LaunchTemplateVersion } from '@aws-sdk/client-ec2';
import type { Region } from '../../model/ids.ts';
import { versionsOf } from './template-versions.ts';

/** `$Default` and `$Latest`, whose meaning moves; what a numbered version holds never changes. */
export const words: readonly string[] = ['$Default', '$Latest'];

/** What one look has read of the launch templates of a Region, so that no source asks for it a second time. */
export class TemplateBook {
  #byWord: Promise<LaunchTemplateVersion[]> | undefined;
  #byNumber: Promise<LaunchTemplateVersion[]> | undefined;

  /** `$Default` and `$Latest` of every template. Where that fails it fails for all who need it. */
  byWord(client: EC2Client): Promise<LaunchTemplateVersion[]> {
    this.#byWord ??= versionsOf(client, { Versions: [...words] });
    return this.#byWord;
  }

  /** Others wait for this reading; where it fails they ask for what they need themselves. */
  writeDown(reading: Promise<LaunchTemplateVersion[]>): void {
    this.#byNumber = reading.catch(() => nothing);
  }

  /** Versions that were read for whatever reason, maybe none: what is not among them is to be asked for. */
  async byNumber(): Promise<readonly LaunchTemplateVersion[]> {
    return (await this.#byNumber) ?? nothing;
  }
}

const nothing: LaunchTemplateVersion[] = [];

const books = new WeakMap<object, Map<Region, TemplateBook>>();

/** @param look the same for everything that is read at once; without one nothing is shared */
export function bookOf(look: object | undefined, region: Region): TemplateBook {
  if (look === undefined) return new TemplateBook();
  const regions = books.get(look) ?? new Map<Region, TemplateBook>();
  books.set(look, regions);
  const book = regions.get(region) ?? new TemplateBook();
  regions.set(region, book);
  return book;
}
