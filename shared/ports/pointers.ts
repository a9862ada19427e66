import type { ImageId, Region } from '../model/ids.ts';
import type { Pointer, PointerState } from '../model/pointer.ts';

/** What users of images follow: SSM parameters and launch templates. Every call may fail with a `PortError`. */
export interface Pointers {
  /** All of one kind and Region at once; what does not exist is `absent`. */
  read(kind: Pointer['kind'], region: Region, names: readonly string[]): Promise<Map<string, PointerState>>;
  /** PutParameter as `aws:ec2:image`. EC2 checks the value later and may drop it without a word. */
  putParameter(region: Region, name: string, image: ImageId): Promise<void>;
  /** A version like `source` but for the image. @returns its number */
  addVersion(
    region: Region,
    template: string,
    version: { image: ImageId; source: number },
    clientToken: string,
  ): Promise<number>;
  setDefaultVersion(region: Region, template: string, version: number): Promise<void>;
}
