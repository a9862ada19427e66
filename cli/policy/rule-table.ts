export type Severity = 'error' | 'warning';

export interface Rule {
  readonly severity: Severity;
  readonly says: string;
  /** Whether `overrides` may name it. */
  readonly overridable?: true;
}

const error = (says: string): Rule => ({ severity: 'error', says });
const warning = (says: string): Rule => ({ severity: 'warning', says });
const overridable = (says: string): Rule => ({ severity: 'error', says, overridable: true });

/** Every rule that `validate` knows. */
export const ruleTable = {
  'schema/yaml': error('The file is no valid YAML or JSON.'),
  'schema/duplicate-key': error('A key stands twice in one map.'),
  'schema/unknown-key': error('There is no such key here.'),
  'schema/missing': error('A required key is missing.'),
  'schema/type': error('The value is of another kind than the key needs, for example a number where text belongs.'),
  'schema/value': error('The value is none of those that the key takes.'),
  'schema/duration': error(
    'A duration is a whole number and one unit: `12h`, `30d`, `6w`. Minutes only in `completeWithin`.',
  ),
  'policy/duplicate-name': error('Two policies have the same name.'),
  'select/too-broad': overridable('The selector matches everything.'),
  'select/moving': warning('Age, launch, state, shares or findings let images drift into the selection and out of it.'),
  'family/single': warning('`family.key` has no placeholder, so all images are one family.'),
  'copy/source-region-in-targets': warning('A Region where images are born is a target too; that copy is dropped.'),
  'copy/cycle': error('Two policies copy the same images to and fro.'),
  'copy/duration-step': error('`completeWithin` goes from 15m to 48h in steps of 15m.'),
  'copy/instance-store': error('Images on instance store cannot be copied.'),
  'share/unquoted-account': error('An account id without quotes is read as a number and loses its leading zeros.'),
  'share/aws-managed-key': error('A shared copy has no customer key, so nobody else could launch it.'),
  'share/public-not-acknowledged': error('`public` and `acknowledgePublic` with the name of the policy go together.'),
  'share/snapshots-for-organization': error(
    'Snapshots can be shared with accounts only, not with organizations or units.',
  ),
  'share/too-many': overridable(
    'More accounts, organizations and units share the images than the 1,000 that EC2 allows, unless AWS raised the quota.',
  ),
  'share/until-past': error('The last day of a share is over.'),
  'publish/unreached-region': error('A pointer in a Region where images are neither born nor copied to.'),
  'retain/stage-without-predecessor': error('The ladder has a gap: deprecate, then disable, then deregister.'),
  'retain/keeplast-vs-maxage': warning('The wait is at least as long as `maxAge`, so `maxAge` never decides.'),
  'retain/last-launched-under-2d': error("`lastLaunchedWithin` is below 2d; EC2's figure is up to 24 h late."),
  'retain/min-age': overridable('An image could be deprecated before it is 7 days old.'),
  'retain/min-quarantine': overridable(
    'Less than 48h (7d where the images are shared) between disable and deregister.',
  ),
  'retain/shared-unchecked': {
    severity: 'warning',
    says: 'Nobody looks for use by other accounts: a shared image stops before it is disabled, or goes on unchecked where this is overridden.',
    overridable: true,
  },
  'limits/above-50-percent': overridable('More than half of a family may go in one plan.'),
  'window/empty': error('The window never opens, or its time zone is unknown.'),
  'guards/source-off': warning('A usage source is switched off; uses that only it would show are unseen.'),
  'notify/no-topic': error('Somebody is to be told, but there is neither a topic for mail nor one for chat.'),
  'override/unused': error('The override excuses nothing.'),
  'override/unknown': error('There is no such rule, or it allows no override.'),
  'conflict/key': error('Two keys for the copies of one image in one Region.'),
  'conflict/tag': error('Two values of one tag for the copies of one image.'),
  'conflict/parameter': error('One parameter or launch template is asked for twice, or by two families.'),
  'conflict/public': error('One policy makes the image public, another does not.'),
  'conflict/exact': error('One policy takes away foreign launch permissions, another does not.'),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof ruleTable;

export const isRule = (id: string): id is RuleId => Object.hasOwn(ruleTable, id);

export const overridableRules: readonly RuleId[] = Object.keys(ruleTable)
  .filter(isRule)
  .filter((id) => ruleTable[id].overridable);
