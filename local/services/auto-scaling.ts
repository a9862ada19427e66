import type { Service } from '../kernel/service.ts';
import {
  createAutoScalingGroup,
  deleteAutoScalingGroup,
  describeAutoScalingGroups,
  updateAutoScalingGroup,
} from './auto-scaling-groups.ts';
import {
  createLaunchConfiguration,
  deleteLaunchConfiguration,
  describeLaunchConfigurations,
} from './launch-configurations.ts';

const operations = {
  CreateLaunchConfiguration: createLaunchConfiguration,
  DescribeLaunchConfigurations: describeLaunchConfigurations,
  DeleteLaunchConfiguration: deleteLaunchConfiguration,
  CreateAutoScalingGroup: createAutoScalingGroup,
  UpdateAutoScalingGroup: updateAutoScalingGroup,
  DescribeAutoScalingGroups: describeAutoScalingGroups,
  DeleteAutoScalingGroup: deleteAutoScalingGroup,
};

/** Groups are kept and start nothing, whatever their size. */
export const autoScalingService: Service = {
  name: 'autoscaling',
  operations,
  sections: Object.fromEntries(Object.keys(operations).map((name) => [name, '5'])),
};
