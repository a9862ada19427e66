import type { ServiceName } from '../../local/wire/types.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What earlier cases of the table were answered. */
export interface Seen {
  /** Part of an earlier answer, such as `of('base image', 'Images.0.ImageId')`. */
  of<T = string>(id: string, path: string): T;
  /** A name that no other run of the table uses at the same endpoint. */
  named(name: string): string;
  /** The clock of the endpoint, so many minutes from now. */
  inMinutes(minutes: number): Date;
}

type Given = Fields | ((seen: Seen) => Fields);

/** One operation, called once: what is sent, and what must hold of the answer. */
export interface Case {
  /** Later cases speak of its answer by this name. */
  readonly id: string;
  readonly call: `${ServiceName}.${string}`;
  readonly input?: Given;
  /** Whoever the image is shared with; otherwise its owner. */
  readonly by?: 'stranger';
  /** Where copies go; otherwise at home. */
  readonly at?: 'away';
  /** The answer must have at least this: objects by their parts, lists whole, texts also by pattern. */
  readonly has?: Given;
  /** The call must fail. */
  readonly fails?: Refusal;
  /** Asked again, while time passes, until `has` holds. */
  readonly eventually?: true;
}

export interface Refusal {
  readonly code: string;
  /** 400 unless given. */
  readonly status?: number;
  readonly message?: RegExp;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly requestId: string | undefined;
}

export type Answer =
  | { readonly output: Fields; readonly requestId: string | undefined /** As it came. */; readonly raw?: RawAnswer }
  | { readonly failure: Failure };

/** The client's own model is older than the table: it cannot even ask. */
export class CannotAsk extends Error {}

export interface RawAnswer {
  readonly body: string;
  readonly contentType: string;
}

export interface Asked {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Fields;
  readonly region: string;
  readonly accessKey: string;
}

/** Somebody who speaks to AWS: the SDK, boto3, the AWS CLI. */
export interface AwsClient {
  ask(asked: Asked): Promise<Answer>;
  close(): Promise<void>;
}

export const owner = '111122223333';
export const stranger = '444455556666';
export const home = 'us-east-1';
export const away = 'eu-west-1';
