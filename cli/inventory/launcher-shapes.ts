import { z } from 'zod';

/** What the AWS CLI prints of groups, fleets and requests, as far as it is read. */

const text = z.string();
const template = z.looseObject({
  LaunchTemplateId: text.optional(),
  LaunchTemplateName: text.optional(),
  Version: text.optional(),
});
const override = z.looseObject({ LaunchTemplateSpecification: template.optional(), ImageId: text.optional() });
const specification = z.looseObject({ ImageId: text.optional() });
const config = z.looseObject({
  LaunchTemplateSpecification: template.optional(),
  Overrides: z.array(override).optional(),
});

/** autoscaling describe-launch-configurations */
export const configurationShape = z.looseObject({
  LaunchConfigurationName: text.min(1),
  ImageId: text.optional(),
});

/** autoscaling describe-auto-scaling-groups */
export const groupShape = z.looseObject({
  AutoScalingGroupName: text.min(1),
  LaunchConfigurationName: text.optional(),
  LaunchTemplate: template.optional(),
  MixedInstancesPolicy: z.looseObject({ LaunchTemplate: config.optional() }).optional(),
});

/** describe-spot-instance-requests */
export const spotRequestShape = z.looseObject({
  SpotInstanceRequestId: text.min(1),
  State: text.optional(),
  Type: text.optional(),
  LaunchSpecification: specification.optional(),
});

/** describe-spot-fleet-requests */
export const spotFleetShape = z.looseObject({
  SpotFleetRequestId: text.min(1),
  SpotFleetRequestState: text.optional(),
  SpotFleetRequestConfig: z
    .looseObject({
      LaunchSpecifications: z.array(specification).optional(),
      LaunchTemplateConfigs: z.array(config).optional(),
    })
    .optional(),
});

/** describe-fleets */
export const fleetShape = z.looseObject({
  FleetId: text.min(1),
  FleetState: text.optional(),
  LaunchTemplateConfigs: z.array(config).optional(),
});

export type SavedConfiguration = z.infer<typeof configurationShape>;
export type SavedGroup = z.infer<typeof groupShape>;
export type SavedSpotRequest = z.infer<typeof spotRequestShape>;
export type SavedSpotFleet = z.infer<typeof spotFleetShape>;
export type SavedFleet = z.infer<typeof fleetShape>;
