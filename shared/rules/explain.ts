import type { Code, Reason } from '../model/codes.ts';

// Stryker disable StringLiteral: the wording is read by people, and the recorded plans show every change of it.
type Say = (data: NonNullable<Reason['data']>) => string;

const text = (value: string | number | boolean | readonly string[] | undefined): string =>
  value === undefined ? 'something unnamed' : typeof value === 'object' ? value.join(', ') : String(value);

/** `word`, with the value of `key` behind it when there is one. */
const and = (data: NonNullable<Reason['data']>, key: string, word: string): string =>
  data[key] === undefined ? '' : `${word}${text(data[key])}`;

const rank: Say = (d) => `rank ${text(d.rank)}, the newest ${text(d.keepLast)} stay, age ${text(d.age)}`;

/** What a step is called in the middle of a sentence. */
const doing: Readonly<Record<string, string>> = {
  'deprecate-image': 'deprecating',
  'disable-image': 'disabling',
  'approve-removal': 'approving the removal of',
  'deregister-image': 'deregistering',
  'share-image': 'taking back launch permissions of',
  'share-snapshots': 'taking back snapshots of',
  'grant-key': 'taking back key grants of',
};

const step: Say = (d) => doing[text(d.step)] ?? text(d.step);

const pointer: Say = (d) => `${text(d.pointer)} in ${text(d.region)}`;

/** The only place where reasons become sentences. */
const sentences: Record<Code, Say> = {
  'no-policy': () => 'there is no policy',
  'not-selected': () => 'no policy selects it',
  'tags-undecided': () =>
    'a policy would select it by tags that it does not have yet; tags may come until it is a day old',
  'selection-undecided': (d) => `whether a policy selects it by ${text(d.key)} could not be told${and(d, 'why', ': ')}`,
  'foreign-image': (d) => `it belongs to account ${text(d.owner)}`,
  'foreign-managed': (d) => `${text(d.manager)} manages ${text(d.image)}`,
  'marketplace-code': () => 'it carries a Marketplace product code: copied inside this account, never public',
  'public-unacknowledged': () => 'everyone can launch it, and no policy acknowledges that',
  'unsupported-image': (d) => `it cannot be handled: ${text(d.what)}`,
  'ambiguous-origin': () => 'only a tag says what it was copied from, and EC2 and our records do not',
  'record-newer': (d) =>
    `a newer version of AMI Steward wrote the record of ${text(d.image)}, which only it understands`,
  'source-gone': () => 'its source image is gone, so no further copy can be made',
  'policy-conflict': (d) => `policies ${text(d.policies)} contradict each other in ${text(d.field)}`,
  'image-failed': (d) => `its state is ${text(d.state)}${d.reason === d.state ? '' : and(d, 'reason', ': ')}`,
  'not-available-yet': (d) => `${d.image === undefined ? 'it' : text(d.image)} is not available yet`,
  'in-place': (d) => `everything is in place${and(d, 'region', ' in ')}`,
  'copy-missing': (d) => `the policy wants a copy in ${text(d.region)} and there is none`,
  'copy-under-way': (d) => `the copy in ${text(d.region)} is under way`,
  'copy-retry-due': (d) => `the copy in ${text(d.region)} is due for try ${text(d.generation)}`,
  'copy-retry-later': (d) => `the copy in ${text(d.region)} failed and will be tried again${and(d, 'at', ' at ')}`,
  'copy-abandoned': (d) => `the copy in ${text(d.region)} failed ${text(d.generation)} times${and(d, 'reason', ': ')}`,
  'copy-newer': (d) =>
    `a newer version of AMI Steward wrote down the copy in ${text(d.region)}, which only it understands`,
  'copy-slots-taken': (d) => `${text(d.slots)} copies are under way in ${text(d.region)}, more would be too many`,
  'copy-day-full': (d) =>
    `${text(d.limit)} copies began within a day, one more to ${text(d.region)} would be too many for ${text(d.policy)}`,
  'copy-of-source-region': (d) => `it was built in ${text(d.region)}, so it needs no copy there`,
  'tags-dropped': (d) => `there is no room on the copy in ${text(d.region)} for its tags ${text(d.keys)}`,
  'retired-here': (d) => `its copy in ${text(d.region)} has been retired`,
  'built-before-since': (d) => `it was built before copies to ${text(d.region)} began`,
  'region-unreadable': (d) => `${text(d.region)} could not be read: ${text(d.why)}`,
  'share-missing': (d) => `not yet shared with ${text(d.principals)}`,
  'share-expired': (d) => `the time is over for ${text(d.principals)}`,
  'share-not-listed': (d) => `no policy lists ${text(d.principals)}`,
  'share-foreign': (d) => `shared with ${text(d.principals)} by somebody else, which stays`,
  'shares-unread': (d) => `launch permissions were not read in this run${and(d, 'why', ': ')}`,
  'shares-verified': () => 'launch permissions are as wanted',
  'share-refused': (d) => `AWS refused it for ${text(d.principals)}, and it is tried again after a day: ${text(d.why)}`,
  'cannot-share': () => 'images under the AWS managed key cannot be shared',
  'cannot-be-public': (d) => `it can never be public: ${text(d.why)}`,
  'share-beyond-quota': (d) =>
    `it would be shared with ${text(d.count)} accounts, organizations and units, and EC2 allows ${text(d.limit)}: nobody new gets it; share with an organization or unit, or override share/too-many where the quota was raised`,
  'snapshots-missing': (d) => `its snapshots are not yet shared with ${text(d.principals)}`,
  'snapshots-unread': (d) => `who may use its snapshots could not be read: ${text(d.why)}`,
  'key-missing': (d) => `no grant yet on key ${text(d.key)} for ${text(d.principals)}`,
  'key-not-shared': (d) => `key ${text(d.key)} cannot be used by ${text(d.principals)}, so they cannot launch it`,
  'key-undecided': (d) => `whether ${text(d.principals)} may use key ${text(d.key)} cannot be told from its policy`,
  'key-unread': (d) => `who may use key ${text(d.key)} could not be read: ${text(d.why)}`,
  'key-disabled': (d) => `key ${text(d.key)} is disabled or being deleted, so nobody can launch it`,
  'marks-lack-room': (d) =>
    `with our marks it would have ${text(d.count)} tags, and EC2 allows ${text(d.limit)}: until some are taken off, nothing of ours acts on it`,
  'mark-missing': (d) => `marks are missing or differ: ${text(d.keys)}`,
  'publish-due': (d) => `${pointer(d)} ${and(d, 'from', 'names ') || 'names nothing yet'}, and this image is newer`,
  'published-here': (d) => `${pointer(d)} names it`,
  'publish-back': (d) =>
    `${pointer(d)} leaves ${text(d.from)}, which is revoked: ${text(d.reason)}${d.chosen ? '; people named this image in its place' : ''}`,
  'passed-over': (d) =>
    d.to === undefined
      ? `${pointer(d)} passes it over: it was built from ${text(d.left)}, which is revoked`
      : `${pointer(d)} passes it over: people put ${text(d.to)} in the place of ${text(d.left)}`,
  'publish-waits': (d) => `${pointer(d)} waits for ${text(d.regions)}`,
  'publish-pending': (d) => `${pointer(d)} was asked to name ${text(d.image)} and does not show it yet`,
  revoked: (d) => `revoked on ${text(d.since)}: ${text(d.reason)}`,
  'pointer-ahead': (d) => `${pointer(d)} names or awaits a newer build, ${text(d.image)}`,
  'pointer-absent': (d) => `there is no ${pointer(d)}`,
  'pointer-foreign': (d) =>
    `${pointer(d)} names ${text(d.image)}, of which nobody knows that it is ours and older, so it is left alone`,
  'pointer-moved': (d) =>
    `somebody else moved ${pointer(d)} away from it${and(d, 'to', ', to ')}; the next build moves it again`,
  'pointer-untagged': (d) => `${pointer(d)} does not carry the tag ${text(d.tag)} = true, so it is left alone`,
  'pointer-unread': (d) => `nobody knows what ${pointer(d)} names: ${text(d.why)}`,
  'pointer-conflict': (d) => `${pointer(d)} is asked for by more than one family: ${text(d.families)}`,
  'pointer-unnamed': (d) => `${text(d.template)} makes no name of a pointer for this image`,
  'among-newest': (d) => `rank ${text(d.rank)} in ${text(d.region)}, and the newest ${text(d.keepLast)} stay`,
  'date-unreadable': () => 'its build date is unreadable or in the future, so it never ages',
  'too-young': (d) => `younger than ${text(d.minimum)}, the least age for retirement`,
  'not-expired': (d) => `younger than its maximum age of ${text(d.maxAge)}`,
  'superseded-wait': (d) => `superseded less than ${text(d.wait)} ago (${rank(d)})`,
  'stands-in': (d) =>
    `people put it in the place of ${text(d.left)}, which is revoked, so it stays until pointers go on`,
  'deprecate-due': (d) => `superseded for ${text(d.wait)} or more (${rank(d)})`,
  'deprecated-wait': (d) => `deprecated since ${text(d.since)}, the wait is ${text(d.wait)}`,
  'disable-due': (d) => `deprecated since ${text(d.since)}, the wait of ${text(d.wait)} is over (${rank(d)})`,
  quarantine: (d) => `disabled since ${text(d.since)}, quarantine lasts ${text(d.wait)}`,
  'approve-due': (d) => `disabled since ${text(d.since)}, the quarantine of ${text(d.wait)} is over (${rank(d)})`,
  'removal-approved': (d) => `approved for removal after two checks (${rank(d)})`,
  'no-further-stage': () => 'the policy has no further stage for it',
  'no-retain': () => 'no policy retires it',
  'notice-due': (d) => `its owner is to be told ${text(d.before)} before ${step(d)} it, which is due at ${text(d.due)}`,
  'notice-wait': (d) => `its owner was told on ${text(d.since)}, the wait is ${text(d.before)}`,
  'usage-report-due': () => 'other accounts may use it, so EC2 is asked to count their use before the step',
  'no-family': () => 'its family key has an empty placeholder, so it is not ranked',
  unfinished: () => 'not available and shared everywhere yet, so it is not ranked',
  restored: (d) =>
    `restored on ${text(d.since)} (${text(d.reason)}), and nothing is taken from it until ${text(d.until)}`,
  'restore-due': (d) => `restored on ${text(d.since)}: ${text(d.reason)}`,
  'used-while-disabled': (d) => `${text(d.by)} uses ${text(d.image)}, which was disabled as unused`,
  'shares-returning': (d) => `shares that were lost when it was disabled come back: ${text(d.principals)}`,
  'in-bin': () => 'the Recycle Bin still has it',
  'in-use': (d) => `${text(d.by)} uses ${text(d.image)}`,
  'usage-unknown': (d) => `${text(d.source)} in ${text(d.region)} could not be relied on: ${text(d.why)}`,
  'image-usage-unknown': (d) => `what ${text(d.source)} would show of ${text(d.image)} is not known: ${text(d.why)}`,
  'used-elsewhere': (d) => `other accounts use ${text(d.image)} (${text(d.users)})`,
  'shared-unchecked': (d) => `others may use ${text(d.image)}, and no policy lets anybody look whether they do`,
  'usage-report-missing': (d) =>
    `there is no report of the last ${text(d.life)} on use of ${text(d.image)} by other accounts`,
  'usage-report-pending': (d) => `EC2 is still counting who else uses ${text(d.image)}`,
  'usage-report-failed': (d) => `EC2 could not count who else uses ${text(d.image)}: ${text(d.why)}`,
  published: (d) => `${text(d.by)} names ${text(d.image)}`,
  'launched-recently': (d) => `${text(d.image)} was launched within ${text(d.within)}`,
  'last-launch-unknown': (d) => `nobody knows when ${text(d.image)} was last launched: ${text(d.why)}`,
  'has-children': (d) => `${text(d.children)} was built from ${text(d.image)}`,
  'speaks-for-copies': (d) => `${text(d.copies)} would be selected by nobody without ${text(d.image)}`,
  'keep-tag': (d) => `tag ${text(d.key)} says ${text(d.value)}`,
  excluded: (d) => `a policy excludes ${text(d.image)} from retirement`,
  protected: (d) => `deregistration protection of ${text(d.image)} is ${text(d.state)}`,
  'protection-unknown': (d) => `deregistration protection of ${text(d.image)} is unknown: ${text(d.why)}`,
  'tags-unknown': (d) => `its tags could not be read${and(d, 'why', ': ')}`,
  'inventory-incomplete': (d) => `${text(d.what)} could not be read${and(d, 'why', ': ')}`,
  'disabled-elsewhere': (d) => `somebody else disabled ${text(d.image)}`,
  'store-young': (d) => `our records began less than ${text(d.wait)} ago`,
  'store-unreadable': (d) => `our records could not be read: ${text(d.why)}`,
  'second-check-pending': (d) => `the second check for use comes a day after the first${and(d, 'at', ', at ')}`,
  'outside-window': (d) => `steps are taken only in the window ${text(d.window)}`,
  'eyes-broken': (d) =>
    `only ${text(d.count)} images are in use, after ${text(d.highest)} within 14 days and with ${text(d.least)} as the least: something is not seen`,
  'source-silent': (d) =>
    `${text(d.source)} showed use of ${text(d.image)} on ${text(d.since)} and is silent, which is believed after 14 days`,
  frozen: (d) => `the stop switch says ${text(d.scope)}: ${text(d.why)}`,
  breaker: (d) => `the breaker halts the plan: ${tooMuch(d)}`,
  'breaker-ahead': (d) => `in mode apply the breaker would halt the plan: ${tooMuch(d)}`,
  unmarked: () => 'it does not carry our marks, so nothing of ours acts on it',
  'bin-unread': (d) => `rules of the Recycle Bin in ${text(d.region)} could not be read: ${text(d.why)}`,
  'bin-missing': (d) => `no rule of the Recycle Bin in ${text(d.region)} keeps ${text(d.image)}`,
  'bin-young': (d) =>
    `rule ${text(d.rule)} of the Recycle Bin has to be available for more than ${text(d.wait)} before it counts for ${text(d.image)}`,
  'bin-snapshots': (d) =>
    `the Recycle Bin may keep ${text(d.image)} for ${text(d.days)} days, and not for so long its snapshots ${text(d.snapshots)}`,
  'key-state-unknown': (d) => `whether key ${text(d.key)} under ${text(d.image)} works is not known: ${text(d.why)}`,
  'locks-unread': (d) => `which snapshots are locked in ${text(d.region)} could not be read: ${text(d.why)}`,
  'snapshot-locked': (d) =>
    `somebody has locked ${text(d.snapshots)}${d.image === undefined ? '' : ` of ${text(d.image)}`}${and(d, 'until', ' until ')}, and no lock is lifted here`,
  'snapshot-refused': (d) => `EC2 does not let ${text(d.snapshots)} be deleted (${text(d.code)})`,
  'snapshot-unmarked': (d) => `somebody took our marks from ${text(d.snapshots)}, which no role of ours may delete`,
  'snapshot-shared': (d) => `another image uses ${text(d.snapshots)}, which stays with it`,
  'refused-lately': (d) => `AWS refused it on ${text(d.since)}, and it is tried again a day later: ${text(d.why)}`,
  'bin-keeps': (d) => `rule ${text(d.rule)} keeps it in the Recycle Bin for ${text(d.days)} days`,
  'snapshots-later': (d) =>
    d.days === undefined
      ? `its snapshots are deleted once it is surely not in the Recycle Bin: ${text(d.why)}`
      : `the Recycle Bin may keep it for ${text(d.days)} days, so snapshots that it would not keep as long are deleted after that`,
  'mode-plan': (d) => `policy ${text(d.policy)} is in mode plan: shown, not done`,
};

function tooMuch(d: NonNullable<Reason['data']>): string {
  const taken = `${step(d)} ${text(d.count)}`;
  if (d.family !== undefined)
    return `${taken} of ${text(d.size)} in family ${text(d.family)} is more than the ${text(d.percent)} % that policy ${text(d.policy)} allows`;
  const least =
    d.earlier === undefined ? `its limit of ${text(d.limit)}` : `twice the ${text(d.earlier)} of earlier plans`;
  return `${taken} at once for policy ${text(d.policy)} is more than ${least}`;
}

/** The reason in words, without its final full stop. */
export const sentence = (reason: Reason): string => sentences[reason.code](reason.data ?? {});
