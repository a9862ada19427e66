/** By the id of a failure scenario: tests as `file: part of the title` that inject it and show the outcome. */
export const shown: Readonly<Record<string, readonly string[]>> = {
  F01: ['scenario/distribute: F01: reaches the same end without any event'],
  F02: ['scenario/distribute: F02: is copied once'],
  F07: ['scenario/distribute: F18: is copied again after a copy failed', 'rules/failed-copy: F07 a failed copy'],
  F08: ['scenario/distribute: F08: is set aside with what is wrong', 'events/ami-state-change: never throws'],
  F13: ['scenario/distribute: F13: never has a copy of it copied'],
  F18: ['scenario/distribute: F18: is given up after three tries'],
  F28: ['scenario/classify: is left alone, without a call that fails'],
  F34: ['scenario/publish: F34 an older build whose copy comes last'],
  F34b: ['scenario/publish: F34b an image that a pointer names'],
  F34e: ['scenario/publish: F34e a value that SSM accepts and drops later'],
  F35: ['scenario/launchers: F35: a superseded image', 'scenario/guard-alone: stays as long as $what'],
  F36: ['scenario/guard-empty: F36 images that only one source shows in use'],
  F37: ['scenario/launchers: F37: an image that only a later page names'],
  F38: ['scenario/guard-matrix: F38 images that are due for their next step'],
  F39: ['scenario/kept: F39: an image that is used where no API of AWS shows it'],
  F40: ['scenario/launchers: F40 is held by a reading of %s'],
  F41: ['scenario/references: F38 an image that others may use stays'],
  F42: [
    'scenario/races: F42: an image that is launched between the check and the step',
    'scenario/retire: F42: comes back from disabled by hand',
  ],
  F43: ['scenario/retire: F43: stays while an instance in any state'],
  F44: ['policy/read: F44 A maximum age of %s', 'policy/fuzz: F44 Any text gives problems or a policy'],
  F45: ['scenario/retire: F45: halts the whole plan'],
  F46: ['engine/apply: F46: where our clock and that of AWS %s'],
  F47: ['scenario/calendar: F47: calendars'],
  F48: ['scenario/races: F48: runs that overlap', 'scenario/races: F48: an approval that only the mark says'],
  F49: [
    'scenario/races: F49: a list that breaks off in the middle',
    'contract/ec2-images: F49 fails rather than give a part',
  ],
  F50: ['scenario/kept: F50: the last good image of a Region'],
  F51: ['scenario/guard-alone: P1 an image that one source alone shows in use'],
  F52: ['scenario/purge-faults: F52: a function that dies'],
  F53: ['scenario/purge-faults: F53: a snapshot that does not go with its image'],
  F54: ['scenario/purge-faults: F54: a snapshot that EC2 takes for used'],
  F55: ['engine/purge: F55 a snapshot that another image uses %s'],
  F56: [
    'scenario/purge-faults: F56: a locked snapshot',
    'rules/keepers: F56 an image whose snapshots would go with it',
  ],
  F57: ['scenario/retire: F57: stays while it is protected'],
  F58: ['scenario/recycle-bin: F58 with recycleBin required'],
  F59: ['scenario/recycle-bin: F59 where the bin keeps the image alone'],
  F60: ['scenario/blocked: F60: a step that a boundary denies'],
  F61: ['scenario/keys: F61: an image under a key that is disabled'],
  F62: ['scenario/restore: F62: an image that people restore', 'scenario/restore: F62: whatever call'],
  F63: ['scenario/restore: F63: gives nothing back once the time is over'],
  F64: ['scenario/kept: F64: an image that another service manages'],
  F65: ['scenario/kept: F65: dates of deprecation'],
  F66: [
    'deploy/package: keeps the record, whatever happens to the stack',
    'deploy/removal: F66: no image is a resource of the stack',
  ],
  F67: ['scenario/distribute: F67: a Region that does not answer is degraded'],
  F68: [
    'scenario/store-lost: F68: a store that was lost',
    'scenario/store-lost: F68: a store that was restored to an older point',
  ],
  F69: ['engine/newer-record: an image whose record a newer version wrote'],
  F71: ['scenario/hostile: F71: logs and metrics that fail'],
  F72: ['scenario/hostile: F72: an image of somebody else with a name that matches'],
  F73: ['engine/adopt: F73 an image that only a tag calls a copy of the root'],
  F74: ['scenario/hostile: F74: tags that came from another account'],
  F75: [
    'scenario/hostile: F75: a forged event',
    'deploy/package: of its own account alone',
    'deploy/removal: F75: the queues take messages',
  ],
  F76: ['scenario/hostile: F76: an image that somebody else removes', 'deploy/roles: lets reap alone deregister'],
  F78: [
    'scenario/hostile: F78: text that wants to be more than text',
    'rules/notice-text: F78 lets no name address anybody',
  ],
  F79: ['scenario/logs: is not: nothing of the environment', 'scenario/logs: is not where all calls fail with errors'],
  F80: ['deploy/iam: %s has nothing that could fail silently', 'deploy/roles: use no wildcard in what they allow'],
};

/** What the others wait for. Some of them are met by tests of one layer, which show a part of the outcome. */
export const waiting: Readonly<Record<string, readonly string[]>> = {
  'a scenario around the whole product': (
    'F03 F04 F05 F06 F09 F10 F11 F12 F14 F15 F16 F17 F19 F20 F21 F22 F23 F24 F25 F26 F27 F29 F30 F31 F32 F33 F34c ' +
    'F34d'
  ).split(' '),
  'an estimate of copies and storage in the plan; its limits are shown by rules/copies-a-day': ['F70'],
  'roles in other accounts, in which the product does nothing yet': ['F77'],
};
