import { type Answer, type Asked, type AwsClient, CannotAsk, type Failure, type Fields } from '../case.ts';
import { revived, schemaOf } from '../schemas.ts';
import type { Python } from './python.ts';

/** boto3 knows the Recycle Bin, EC2 and the rest from a model of its own. */
export class Boto3Asker implements AwsClient {
  readonly #python: Python;
  readonly #endpoint: string;

  constructor(python: Python, endpoint: string) {
    this.#python = python;
    this.#endpoint = endpoint;
  }

  async ask(asked: Asked): Promise<Answer> {
    const answer = await this.#python.ask({ ...asked, endpoint: this.#endpoint });
    if ('failure' in answer) return { failure: answer.failure as Failure };
    if (!('output' in answer)) throw new CannotAsk(String(answer.refused ?? 'the operation is unknown'));
    const { output } = await schemaOf(asked.service, asked.operation);
    return { output: revived(output, answer.output) as Fields, requestId: answer.requestId as string };
  }

  close(): Promise<void> {
    return this.#python.close();
  }
}
