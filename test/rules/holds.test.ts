import { unknown } from '../../shared/model/evidence.ts';
import { copy, table, tagged } from './expiring.ts';

table('holds by people and other managers', [
  ['keep for ever', { root: tagged({ 'ami-steward:keep-until': 'forever' }) }, ['keep-tag']],
  ['keep until today, UTC', { root: tagged({ 'ami-steward:keep-until': '2026-11-23' }) }, ['keep-tag']],
  ['kept until yesterday', { root: tagged({ 'ami-steward:keep-until': '2026-11-22' }) }, []],
  ['a date that nobody can read keeps', { root: tagged({ 'ami-steward:keep-until': '2026-02-31' }) }, ['keep-tag']],
  ['so does a bare year', { root: tagged({ 'ami-steward:keep-until': '2020' }) }, ['keep-tag']],
  [
    'excluded by tag',
    { root: tagged({ Keep: 'true' }), retain: { exclude: { tags: { Keep: ['true'] }, images: [] } } },
    ['excluded'],
  ],
  ['excluded by the id of a copy', { retain: { exclude: { tags: {}, images: [copy.id] } } }, ['excluded']],
  ['F64 AWS Backup', { root: tagged({ 'aws:backup:source-resource': 'x' }) }, ['foreign-managed']],
  ['F64 AWS Backup by its alias', { root: { ownerAlias: 'aws-backup-vault' } }, ['foreign-managed']],
  ['F64 Data Lifecycle Manager', { root: tagged({ 'aws:dlm:lifecycle-policy-id': 'x' }) }, ['foreign-managed']],
  ['F64 Image Builder', { root: tagged({ CreatedBy: 'EC2 Image Builder' }) }, ['foreign-managed']],
  ['F30 unknown tags', { copy: { tags: unknown('not in the file') } }, ['tags-unknown']],
]);
