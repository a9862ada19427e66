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
  F40: ['scenario/launchers: F40 is held by a reading of %s'],
  F41: ['scenario/references: F38 an image that others may use stays'],
  F43: ['scenario/retire: F43: stays while an instance in any state'],
  F44: ['policy/read: F44 A maximum age of %s', 'policy/fuzz: F44 Any text gives problems or a policy'],
  F45: ['scenario/retire: F45: halts the whole plan'],
  F46: ['engine/apply: F46: where our clock and that of AWS %s'],
  F51: ['scenario/guard-alone: P1 an image that one source alone shows in use'],
  F55: ['engine/purge: F55 a snapshot that another image uses %s'],
  F57: ['scenario/retire: F57: stays while it is protected'],
  F58: ['scenario/recycle-bin: F58 with recycleBin required'],
  F59: ['scenario/recycle-bin: F59 where the bin keeps the image alone'],
  F62: ['scenario/restore: F62: an image that people restore', 'scenario/restore: F62: whatever call'],
  F63: ['scenario/restore: F63: gives nothing back once the time is over'],
  F67: ['scenario/distribute: F67: a Region that does not answer is degraded'],
  F69: ['engine/newer-record: an image whose record a newer version wrote'],
  F73: ['engine/adopt: F73 an image that only a tag calls a copy of the root'],
  F79: ['scenario/logs: is not: nothing of the environment', 'scenario/logs: is not where all calls fail with errors'],
  F80: ['deploy/iam: %s has nothing that could fail silently', 'deploy/roles: use no wildcard in what they allow'],
};

/** What the others wait for. Some of them are met by tests of one layer, which show a part of the outcome. */
export const waiting: Readonly<Record<string, readonly string[]>> = {
  'a scenario around the whole product': (
    'F03 F04 F05 F06 F09 F10 F11 F12 F14 F15 F16 F17 F19 F20 F21 F22 F23 F24 F25 F26 F27 F29 F30 F31 F32 F33 F34c ' +
    'F34d F39 F42 F47 F48 F49 F50 F52 F53 F54 F60 F61 F64 F65 F68 F70 F71 F72 F74 F78'
  ).split(' '),
  'locks of snapshots, which the product does not read yet': ['F56'],
  'the proof of the packaged stack': ['F66'],
  'the proof of the policies of bus and queue': ['F75'],
  'an alarm on images that somebody else deregisters': ['F76'],
  'roles in other accounts, in which the product does nothing yet': ['F77'],
};
