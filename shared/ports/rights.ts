/** May these actions be done to these resources, each to each, when the call carries these values of condition keys? */
export interface Question {
  readonly actions: readonly string[];
  /** ARNs, or `*`. */
  readonly resources: readonly string[];
  readonly context: Readonly<Record<string, string>>;
}

export interface Verdict {
  readonly action: string;
  readonly resource: string;
  /** `undecided`: it hangs on condition keys of which nobody said a value. */
  readonly decision: 'allowed' | 'denied' | 'undecided';
  /** Those keys. */
  readonly missing: readonly string[];
}

/** What IAM's own simulator says of a principal, without anything being done. */
export interface Rights {
  /** The ARN of a role, with the path that the name of a session leaves out. */
  roleArn(name: string): Promise<string>;
  ask(principal: string, question: Question): Promise<readonly Verdict[]>;
}
