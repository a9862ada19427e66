/** A CloudFormation stack as it stands. */
export interface Stack {
  readonly name: string;
  /** CloudFormation's own word, as in `UPDATE_ROLLBACK_COMPLETE`. */
  readonly status: string;
  readonly reason?: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Stacks {
  /** In the home Region. `undefined`: there is none of that name. */
  find(name: string): Promise<Stack | undefined>;
}
