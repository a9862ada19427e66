/**
 * How seeds show that a failure of the catalogue was met: every one of these situations. What must not come of it is what
 * the invariants say after each effect, and liveness at the end.
 */
export const metFailures: Readonly<Record<string, readonly string[]>> = {
  F35: ['held by a launch template', 'held by a launch configuration', 'held by an Auto Scaling group'],
  F36: [
    'template reads a parameter',
    'held by a parameter',
    'usage shown as nothing',
    'kept by a guard: source-silent',
  ],
  F37: ['list in several pages'],
  F38: ['storm while a removal was due', 'kept by a guard: usage-unknown'],
  F39: ['kept by a guard: keep-tag', 'kept by a guard: launched-recently'],
  F40: ['reading took a quarter of an hour'],
  F41: ['shared image launched by another account', 'kept by a guard: used-elsewhere'],
  F42: ['launched in the moment of a step'],
  F43: ['held by a stopped instance', 'held by a fleet or a Spot request'],
  F44: ['policy that expires nearly everything'],
  F45: ['kept by a guard: breaker', 'halted steps approved'],
  F46: ['clocks differed', 'image from the future met'],
  F47: ['a month ended', 'clocks were put forward or back', 'a leap day passed'],
  F48: ['run doubled'],
  F49: ['list broke off'],
  F50: ['newer images were not whole'],
  F51: ['kept by a guard: has-children'],
  F52: ['crash after DeregisterImage'],
  F53: ['snapshot did not go with its image'],
  F54: ['snapshot taken for used'],
  F55: ['snapshot stayed with another image'],
  F56: ['snapshot locked by a person', 'kept by a guard: snapshot-locked'],
  F57: ['kept by a guard: protected'],
  F58: ['held for the Recycle Bin', 'image deregistered where the bin is demanded'],
  F59: ['snapshot purged after the bin'],
  F60: ['step refused by AWS'],
  F61: ['key disabled by a person', 'kept by a guard: key-disabled'],
  F62: ['disabled image restored by a person', 'image came back from the Recycle Bin'],
  F63: ['gone image wanted back too late'],
  F64: ['image of another service met'],
  F65: ['deprecation set by a person', 'image deprecated'],
  F66: ['stack was away'],
};

/** What people say, which no failure stands for. */
export const words: readonly string[] = [
  'stop switch set',
  'lineage revoked',
  'descendants revoked',
  'gone image wanted back',
];
