import type { Service } from '../local/kernel/service.ts';

type Words = Readonly<Record<string, string>>;

const ec2: Words = {
  CreateImage:
    'Of a running or stopped instance of the caller. Pending for minutes, by size; the name must be free; source instance, image and Region stay on it. No client token.',
  RegisterImage:
    'From snapshots of the caller, which must be completed; encryption comes from them. No origin is recorded. No client token.',
  CopyImage:
    'Called in the target Region. Pending for minutes, by size. Launch permissions stay behind, tags come along only when asked for. A bad key, or one that policy and grants keep from the account, is found out later and fails the copy. A client token with other parameters is refused. At most 300 under way in a Region.',
  DescribeImages:
    'Filters, owners, executable users, pages of 1 to 1,000. Owners see their deprecated images without asking, disabled ones only with `IncludeDisabled`. An unknown id is `InvalidAMIID.NotFound`.',
  DescribeImageAttribute: 'One attribute per call; owner only. `blockDeviceMapping` and `uefiData` are refused.',
  ModifyImageAttribute:
    'Description, `imdsSupport`, launch permissions of accounts, organizations, units or everyone. Refuses to share what lies under the default EBS key, and to make encrypted or blocked images public.',
  ResetImageAttribute: 'Launch permissions only: back to private.',
  CancelImageLaunchPermission: 'The account that an image was shared with takes itself off the list.',
  EnableImageDeprecation: 'Rounded to the minute, not in the past. No event.',
  DisableImageDeprecation: 'Not on public images. No event.',
  EnableImage: 'Announced as `available`. Launch permissions do not come back.',
  DisableImage: 'At once; wipes the launch permissions; announced as `disabled`.',
  EnableImageDeregistrationProtection: 'With or without cooldown.',
  DisableImageDeregistrationProtection: 'With cooldown the image stays protected for 24 hours more.',
  DeregisterImage:
    'At once; protected images are refused. Into the Recycle Bin where a rule keeps it. Snapshots are deleted only when asked for, with one result each: those that another image needs are skipped.',
  EnableImageBlockPublicAccess: 'Holds 10 minutes later. Accounts begin with it on.',
  DisableImageBlockPublicAccess: 'At once.',
  GetImageBlockPublicAccessState: 'Of the account in this Region.',
  EnableSnapshotBlockPublicAccess:
    'At once; `block-all-sharing` hides what is public already, too. Accounts begin with it off.',
  DisableSnapshotBlockPublicAccess: 'At once.',
  GetSnapshotBlockPublicAccessState: 'Of the account in this Region.',
  GetImageAncestry:
    'Upward, at most 50 entries; ends at images of AWS and at RegisterImage. Images that are gone stay in it.',
  GetImageFindings: 'As fixtures put them; pages. Nothing here scans images.',
  DescribeImageReferences:
    'Instances, the 10 newest versions of launch templates unless told otherwise, parameters, recipes; of the caller alone. Blind to launch configurations, groups and fleets. Recipes are put there by fixtures: EC2 Image Builder has no operations here.',
  CreateImageUsageReport:
    'Owner only. Pending for 20 minutes, then it shows use by other accounts as it was a day (launch templates: days) before. One of an image at a time, 2,000 in all. Expires after 30 days.',
  DeleteImageUsageReport: 'At once.',
  DescribeImageUsageReports: 'By image or report; filters and pages.',
  DescribeImageUsageReportEntries: 'Counts by account and type, by image or report; filters and pages.',
  CreateSnapshot: 'Of a volume of an instance. Pending for three minutes.',
  DescribeSnapshots: 'Filters, owners, who may restore, pages.',
  DeleteSnapshot: '`InvalidSnapshot.InUse` while an image needs it. Into the Recycle Bin where a rule keeps it.',
  DescribeSnapshotAttribute: '`createVolumePermission` and product codes.',
  ModifySnapshotAttribute: 'Accounts or everyone; organizations and units do not exist here.',
  LockSnapshot:
    'In mode governance or compliance, for 1 to 36,500 days or until a date. Whatever tries to delete the snapshot is refused, with DeregisterImage as `client-error`. After its cool-off a compliance lock can only be made longer.',
  ResetSnapshotAttribute: '`createVolumePermission` only: back to private.',
  UnlockSnapshot: 'A governance lock at any time, a compliance lock only while it cools off.',
  EnableEbsEncryptionByDefault: 'Every new snapshot copy is encrypted from then on.',
  DisableEbsEncryptionByDefault: 'What is there stays as it is.',
  GetEbsEncryptionByDefault: 'Of the account in this Region.',
  GetEbsDefaultKmsKeyId: 'Of the account in this Region; at first the key that AWS manages.',
  ModifyEbsDefaultKmsKeyId: 'Whether the key works is found out when it is used.',
  ResetEbsDefaultKmsKeyId: 'Back to the key that AWS manages.',
  DescribeLockedSnapshots: 'Of the caller, expired locks included; by snapshot or state; pages.',
  CreateTags: 'On images, snapshots, instances and launch templates. At most 50 each; `aws:` is reserved.',
  DeleteTags: 'With a value only where it is the same; without keys all user tags.',
  DescribeTags: 'Filters and pages.',
  RunInstances:
    'By image or launch template, `resolve:ssm:` included. Disabled images do not launch, deprecated ones do; without access to the key under the image, an instance ends as it starts. The image remembers the launch and shows it a day late.',
  TerminateInstances: 'Shutting down for a minute, listed as terminated for an hour.',
  StopInstances: 'Stopping for a minute. Not while another change is under way.',
  StartInstances: 'Pending for half a minute.',
  DescribeInstances: 'Filters and pages.',
  CreateLaunchTemplate: 'With version 1 as the default. Names are unique. Client token.',
  CreateLaunchTemplateVersion: 'The newest version; the default stays. Client token.',
  ModifyLaunchTemplate: 'Moves the default version.',
  DeleteLaunchTemplate: 'With all its versions.',
  DescribeLaunchTemplates: 'By id or name; filters and pages.',
  DescribeLaunchTemplateVersions:
    'Of one template, or the latest and default ones of all. `ResolveAlias` replaces `resolve:ssm:` by the image.',
  CreateFleet:
    'With launch templates and their versions; images in overrides and behind parameters for `instant` fleets only. Active at once, and starts nothing. Client token.',
  DescribeFleets: 'Filters and pages. `instant` fleets only by id. Deleted ones for two days.',
  DeleteFleets: 'One result each. Deleted a minute later.',
  RequestSpotFleet: 'With images or with launch templates that name theirs by id. Active at once, and starts nothing.',
  DescribeSpotFleetRequests: 'Pages. Cancelled ones for two days.',
  CancelSpotFleetRequests: 'One result each. Cancelled a minute later.',
  RequestSpotInstances: 'Of an image that the caller can see. Stays open: nothing fulfils it. Client token.',
  DescribeSpotInstanceRequests: 'Filters and pages. Cancelled ones for four hours.',
  CancelSpotInstanceRequests: 'At once.',
  ListImagesInRecycleBin:
    'Own images in the bin, with the times at which they came and leave for good; pages. Tags cannot be changed there.',
  RestoreImageFromRecycleBin:
    'Only when its snapshots are there, so those in the bin are restored first. What it has kept, switches say.',
  ListSnapshotsInRecycleBin: 'As for images.',
  RestoreSnapshotFromRecycleBin: 'As for images.',
  DescribeRegions: 'The Regions of this world; none has to be opted into.',
};

const sqs: Words = {
  CreateQueue: 'Standard queues with a dead-letter queue. FIFO is not built.',
  GetQueueUrl: 'Of any account.',
  GetQueueAttributes: 'Counts and settings.',
  SendMessage: 'At most 1 MiB; delays; attributes.',
  SendMessageBatch: 'Up to 10, each with its own result.',
  ReceiveMessage: 'Hides what it gives until the visibility timeout ends. Never waits, whatever wait is asked for.',
  DeleteMessage: 'By the handle of a receive.',
  DeleteMessageBatch: 'Up to 10, each with its own result.',
  ChangeMessageVisibility: 'From now on; 0 shows it again at once.',
};

/** What each operation does here, in a line. */
export const behaviours: Readonly<Record<Service['name'], Words>> = {
  ec2,
  ssm: {
    PutParameter:
      'String and StringList, 4 or 8 KB. A value of type `aws:ec2:image` is checked some seconds later and dropped without a word when it is no available image.',
    GetParameter: 'By name, ARN or `name:version`.',
    GetParameters: 'Up to 10; unknown names come back as invalid.',
    GetParametersByPath: 'Pages; recursive when asked for.',
    DescribeParameters: 'Filters and pages; no values.',
    DeleteParameter: 'With its history.',
    GetParameterHistory: 'The newest 100 versions.',
  },
  sts: {
    GetCallerIdentity:
      "The caller's role, its own or one that was taken on; whoever has none is an administrator of the account that the access key names.",
    AssumeRole:
      'A role of any account: roles are there by being named, and trust everybody. For 15 minutes to 12 hours; then its credentials are refused. Session policies are not built.',
  },
  events: {
    PutEvents:
      'Up to 10 entries, each with its own result, to the default bus. An unknown bus loses the event and still answers with an id. Sources that begin with `aws.` are refused.',
    ListRules: 'Of the default bus; by the beginning of a name; pages.',
    DescribeRule: 'Always enabled.',
    ListTargetsByRule: 'The one target of a rule.',
  },
  sqs,
  kms: {
    DescribeKey: 'By id, alias or ARN. Every name is a working key unless the world says otherwise.',
    GetKeyPolicy: 'By id or ARN; without a policy of its own a key trusts its account alone.',
    PutKeyPolicy: 'Must be JSON. Not on keys that AWS manages.',
    CreateGrant: 'A named request like an earlier one answers with the earlier grant. Not on disabled keys.',
    ListGrants: 'Pages; by grant id.',
    RevokeGrant: 'At once.',
  },
  sns: {
    CreateTopic: 'The same name is the same topic.',
    Publish: 'Kept, not delivered. Messages up to 256 KB, subjects of one line of ASCII.',
  },
  autoscaling: {
    CreateLaunchConfiguration: 'By image or from an instance. Whether the image is there is not looked at.',
    DescribeLaunchConfigurations: 'By name; pages, each of which holds fewer than asked although more exist.',
    DeleteLaunchConfiguration: '`ResourceInUse` while a group names it.',
    CreateAutoScalingGroup:
      'With a launch configuration, a launch template or a mixed instances policy, which must exist. Starts nothing, whatever its size.',
    UpdateAutoScalingGroup: 'Sizes, and another way to launch in place of the old one.',
    DescribeAutoScalingGroups: 'By name; pages, each of which holds fewer than asked although more exist.',
    DeleteAutoScalingGroup: 'At once.',
  },
  rbin: {
    CreateRule:
      'For images or snapshots, 1 to 365 days, by tags or for the whole Region less exclusion tags. Keeps nothing in its first 30 minutes; of several rules that match, the longest counts.',
    GetRule: 'With tags and status.',
    ListRules: 'Of one resource type, with or without tags; pages. Neither tags nor status are in it.',
    UpdateRule: 'At once. What lies in the bin already keeps its time.',
    DeleteRule: 'At once. What lies in the bin stays until its time. Locks are not built.',
  },
  iam: {
    GetRole: 'Of roles whose policies are enforced here, and of the administrator.',
    SimulatePrincipalPolicy:
      'Of such a role, by the policies that are enforced, with the condition keys that the question brings. One result for each action, and one for each resource in it. The administrator may do everything. Other policies cannot be brought along.',
  },
  servicequotas: {
    GetServiceQuota: 'The documented defaults of images, public images and sharees per image; no others.',
  },
};
