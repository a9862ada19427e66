import { Logger } from '@aws-lambda-powertools/logger';

/** Fields that may be logged: ids, counts and words of ours; never whole events, never the environment. */
export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Log {
  info(message: string, fields: Fields): void;
  warn(message: string, fields: Fields): void;
  error(message: string, fields: Fields): void;
}

/** Structured logs by Powertools, one JSON object a line. */
export function powertoolsLog(): Log {
  const logger = new Logger();
  return {
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
  };
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
