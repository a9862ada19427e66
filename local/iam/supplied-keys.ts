/** Keys by type of resource; under `*` those of the action itself, whatever it is done to. */
type Keys = Readonly<Record<string, readonly string[]>>;

const resourceTags = ['aws:ResourceTag/', 'ec2:ResourceTag/'];
const requestTags = ['aws:RequestTag/', 'aws:TagKeys'];
const image = [...resourceTags, 'ec2:ImageID', 'ec2:ImageType', 'ec2:Owner', 'ec2:Public', 'ec2:RootDeviceType'];
const snapshot = [
  ...resourceTags,
  'ec2:Owner',
  'ec2:ParentVolume',
  'ec2:SnapshotID',
  'ec2:SnapshotTime',
  'ec2:VolumeSize',
];
const attribute = ['ec2:Attribute', 'ec2:Attribute/'];
const sharing = ['ec2:Add/group', 'ec2:Add/userId', 'ec2:Remove/group', 'ec2:Remove/userId'];
const template = [...resourceTags, 'ec2:ManagedResourceOperator'];
const key: Keys = { key: [], '*': ['kms:CallerAccount', 'kms:ViaService'] };
const boundedRole: Keys = { role: [], '*': ['iam:PermissionsBoundary'] };
const mapping: Keys = { eventSourceMapping: [], '*': ['lambda:FunctionArn'] };
const table: Keys = { table: [], '*': ['dynamodb:LeadingKeys'] };

/** Reads that EC2 and others grant as a whole or not at all. */
const listing: Keys = { '*': [] };

const listings = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeLaunchConfigurations',
  'ec2:DescribeFleets',
  'ec2:DescribeImageReferences',
  'ec2:DescribeImageUsageReportEntries',
  'ec2:DescribeImageUsageReports',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribeLockedSnapshots',
  'ec2:DescribeRegions',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSpotFleetRequests',
  'ec2:DescribeSpotInstanceRequests',
  'ec2:GetImageBlockPublicAccessState',
  'ec2:GetSnapshotBlockPublicAccessState',
  'ec2:ListImagesInRecycleBin',
  'events:ListRules',
  'imagebuilder:ListContainerRecipes',
  'imagebuilder:ListImageRecipes',
  'rbin:ListRules',
  'ssm:DescribeParameters',
];

const onImages = [
  'ec2:DeregisterImage',
  'ec2:DescribeImageAttribute',
  'ec2:DisableImage',
  'ec2:DisableImageDeprecation',
  'ec2:DisableImageDeregistrationProtection',
  'ec2:EnableImage',
  'ec2:EnableImageDeprecation',
  'ec2:EnableImageDeregistrationProtection',
  'ec2:GetImageAncestry',
  'ec2:RestoreImageFromRecycleBin',
];

const all = (actions: readonly string[], keys: Keys): Record<string, Keys> =>
  Object.fromEntries(actions.map((action) => [action, keys]));

/**
 * What each action is authorised on, and which keys AWS supplies for it. A condition on any other key finds none, as it
 * would in AWS. Only what the product calls is here, and what a deployment may do under a condition; a test compares it with AWS's own data.
 */
export const suppliedKeys: Readonly<Record<string, Keys>> = {
  ...all(listings, listing),
  ...all(onImages, { image }),
  'ec2:CopyImage': { image: [...requestTags, 'ec2:ImageID', 'ec2:Owner'], snapshot: requestTags },
  'ec2:CreateImageUsageReport': { image, 'image-usage-report': requestTags },
  'ec2:CreateLaunchTemplateVersion': { 'launch-template': template },
  'ec2:CreateTags': {
    image: [...image, ...requestTags],
    snapshot: [...snapshot, ...requestTags],
    'image-usage-report': [...resourceTags, ...requestTags],
    '*': ['ec2:CreateAction'],
  },
  'ec2:DeleteSnapshot': { snapshot },
  'ec2:DeleteTags': { image: [...resourceTags, ...requestTags], snapshot: [...resourceTags, ...requestTags] },
  'ec2:DescribeSnapshotAttribute': { snapshot },
  'ec2:ModifyImageAttribute': { image: [...image, ...attribute] },
  'ec2:ModifyLaunchTemplate': { 'launch-template': [...template, ...attribute] },
  'ec2:RestoreSnapshotFromRecycleBin': { snapshot },
  'ec2:ModifySnapshotAttribute': { snapshot: [...snapshot, ...attribute, ...sharing] },
  'dynamodb:BatchGetItem': table,
  'dynamodb:DescribeTable': { table: [] },
  'dynamodb:GetItem': table,
  'dynamodb:PutItem': table,
  'dynamodb:Query': { ...table, index: [] },
  'events:ListTargetsByRule': { 'rule-on-default-event-bus': [] },
  'events:PutEvents': { 'event-bus': [], '*': ['events:detail-type', 'events:source'] },
  ...all(['iam:CreateRole', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'], boundedRole),
  'iam:GetRole': { role: [] },
  'iam:PassRole': { role: [], '*': ['iam:PassedToService'] },
  'iam:SimulatePrincipalPolicy': { role: [] },
  'imagebuilder:GetContainerRecipe': { containerRecipe: [] },
  'kms:CreateGrant': {
    key: [],
    '*': [
      'kms:CallerAccount',
      'kms:GrantIsForAWSResource',
      'kms:GrantOperations',
      'kms:GranteePrincipal',
      'kms:RetiringPrincipal',
      'kms:ViaService',
    ],
  },
  'kms:DescribeKey': key,
  'kms:GenerateDataKeyWithoutPlaintext': key,
  'kms:GetKeyPolicy': key,
  'kms:ListGrants': key,
  'kms:ReEncryptFrom': key,
  'kms:ReEncryptTo': key,
  'kms:RevokeGrant': key,
  ...all(
    ['lambda:DeleteEventSourceMapping', 'lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
    mapping,
  ),
  'lambda:CreateEventSourceMapping': { '*': ['lambda:FunctionArn'] },
  'rbin:GetRule': { rule: [], '*': ['aws:ResourceTag/'] },
  'servicequotas:GetServiceQuota': { quota: [] },
  'sns:Publish': { topic: [] },
  'sqs:DeleteMessage': { queue: [] },
  'sqs:GetQueueAttributes': { queue: [] },
  'sqs:ReceiveMessage': { queue: [] },
  'sqs:SendMessage': { queue: [] },
  'ssm:GetParameters': { parameter: [] },
  'ssm:PutParameter': { parameter: [], '*': ['ssm:Overwrite'] },
};

/** Supplied with every call. */
export const globalKeys: readonly string[] = ['aws:CalledVia', 'aws:RequestedRegion'];

const known = new Set([...globalKeys, ...Object.values(suppliedKeys).flatMap((keys) => Object.values(keys).flat())]);

/** Whether some action supplies a key or, with `/` at its end, a family of keys. */
export const isKnownKey = (key: string): boolean => known.has(key);

/** Whether the embedded AWS knows what the action is authorised on. */
export const isKnownAction = (action: string): boolean => Object.hasOwn(suppliedKeys, action);

export function isSupplied({ action, type }: { action: string; type: string }, key: string): boolean {
  const keys = suppliedKeys[action];
  return (keys?.[type]?.includes(key) || keys?.['*']?.includes(key)) ?? false;
}
