import type { ImageRow } from '../../local/ec2/rows.ts';
import { day, hour } from '../../shared/model/time.ts';
import type { Actor, Stage } from './actors.ts';
import { Dice } from './dice.ts';

/** Keeps groups, configurations, fleets and Spot requests that name images and start nothing. */
export class FleetKeeper implements Actor {
  readonly name = 'fleet-keeper';
  readonly perDay = 1.5;
  readonly #stage: Stage;
  readonly #dice: Dice;
  #number = 1;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`fleet-keeper ${stage.scenario.seed}`);
  }

  act(): void {
    const image = this.#dice.one(this.#stage.truth.images());
    if (!image) return;
    this.#dice.of(
      () => this.#configuration(image),
      () => this.#group(image),
      () => this.#group(image),
      () => this.#fleet(image),
      () => this.#request(image),
      () => this.#spotFleet(image),
    )();
    this.#stage.count('image named without an instance');
  }

  #configuration({ id, region }: ImageRow): void {
    const name = { LaunchConfigurationName: `old-${this.#number++}` };
    const asked = { ...name, ImageId: id, InstanceType: 't3.nano' };
    this.#stage.call('CreateLaunchConfiguration', region, asked, 'autoscaling');
    this.#later(() => this.#stage.call('DeleteLaunchConfiguration', region, name, 'autoscaling'));
  }

  /** Any version of a template, however old, or an image beside it. */
  #group({ id, region }: ImageRow): void {
    const base = this.#template(region);
    if (!base) return;
    const name = { AutoScalingGroupName: `group-${this.#number++}` };
    const mixed = { LaunchTemplate: { LaunchTemplateSpecification: base, Overrides: [{ ImageId: id }] } };
    const launches = this.#dice.chance(0.4) ? { MixedInstancesPolicy: mixed } : { LaunchTemplate: base };
    this.#stage.call('CreateAutoScalingGroup', region, { ...name, MinSize: 0, MaxSize: 0, ...launches }, 'autoscaling');
    this.#later(() => this.#stage.call('DeleteAutoScalingGroup', region, name, 'autoscaling'));
  }

  #fleet({ region }: ImageRow): void {
    const LaunchTemplateSpecification = this.#template(region);
    if (!LaunchTemplateSpecification) return;
    const { FleetId } = this.#stage.call('CreateFleet', region, {
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification }],
      TargetCapacitySpecification: { TotalTargetCapacity: 0 },
    });
    this.#later(() => this.#stage.call('DeleteFleets', region, { FleetIds: [FleetId], TerminateInstances: true }));
  }

  #request({ id, region }: ImageRow): void {
    const LaunchSpecification = { ImageId: id, InstanceType: 't3.nano' };
    const made = this.#stage.call('RequestSpotInstances', region, { LaunchSpecification });
    const requests = made.SpotInstanceRequests as { SpotInstanceRequestId: string }[];
    const SpotInstanceRequestIds = requests.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId);
    this.#later(() => this.#stage.call('CancelSpotInstanceRequests', region, { SpotInstanceRequestIds }));
  }

  #spotFleet({ id, region }: ImageRow): void {
    const SpotFleetRequestConfig = {
      IamFleetRole: 'arn:aws:iam::111122223333:role/fleet',
      TargetCapacity: 0,
      LaunchSpecifications: [{ ImageId: id, InstanceType: 't3.nano' }],
    };
    const { SpotFleetRequestId } = this.#stage.call('RequestSpotFleet', region, { SpotFleetRequestConfig });
    const end = { SpotFleetRequestIds: [SpotFleetRequestId], TerminateInstances: false };
    this.#later(() => this.#stage.call('CancelSpotFleetRequests', region, end));
  }

  #template(region: string): { LaunchTemplateId: string; Version: string } | undefined {
    const template = this.#dice.one(this.#stage.truth.templates().filter((one) => one.region === region));
    if (!template) return undefined;
    const number = String(this.#dice.whole(1, template.latestVersion));
    return { LaunchTemplateId: template.id, Version: this.#dice.of(number, number, '$Default', '$Latest') };
  }

  #later(end: () => void): void {
    if (this.#dice.chance(0.9)) this.#stage.later(this.#dice.between(hour, 3 * day), 'fleet keeper lets go', end);
  }
}
