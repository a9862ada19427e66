import type { putImage } from '../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import type { ServiceName } from '../../local/wire/types.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { day, hour, isoTime, minute } from '../../shared/model/time.ts';
import { Dice } from './dice.ts';
import { account, home, type Role, type Scenario, stranger } from './scenario.ts';
import { keyOfRow, type Truth } from './truth.ts';

/** What an actor may do. Calls of people have no faults and may fail, as people's calls do. */
export interface Stage {
  readonly scenario: Scenario;
  readonly truth: Truth;
  call(operation: string, region: string, input: object, service?: ServiceName): Record<string, unknown>;
  later(after: number, what: string, act: () => void): void;
  count(situation: string): void;
  send(body: string): void;
  /** A person writes down that a lineage is to be restored; without a record of it that fails, as it would for people. */
  restore(root: ImageKey): void;
  /** A person says something to the product, which takes no virtual time. */
  speak(what: string, words: (engine: Engine) => Promise<unknown>): void;
  /** The policy file is deployed anew. */
  reconfigure(policy: CompiledPolicy): void;
  readonly aws: EmbeddedAws;
  /** An image that others make or own, without a call. */
  place(fixture: Parameters<typeof putImage>[1]): ImageRow;
}

export interface Actor {
  readonly name: Role;
  /** How often it acts in a day. */
  readonly perDay: number;
  act(): void;
}

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Bursts of builds: from a base image, from an image of ours, or from a snapshot that another image has as well. */
export class Builder implements Actor {
  readonly name = 'builder';
  readonly perDay: number;
  readonly #stage: Stage;
  readonly #dice: Dice;
  readonly #bases: ReadonlyMap<string, string>;
  #number = 10;

  constructor(stage: Stage, bases: ReadonlyMap<string, string>) {
    this.#stage = stage;
    this.#dice = new Dice(`builder ${stage.scenario.seed}`);
    this.#bases = bases;
    this.perDay = 0.8;
  }

  act(): void {
    for (let left = this.#dice.whole(1, 3); left > 0; left--) this.#build();
  }

  #build(): void {
    const dice = this.#dice;
    const family = dice.of('golden-web', 'golden-web', 'golden-db', 'edge-node', 'scratch');
    const region = family === 'edge-node' ? dice.of(home, this.#stage.scenario.regions[1] ?? home) : home;
    const name = `${family}-${this.#number++}`;
    const registered = dice.chance(0.25) ? this.#ours(region) : undefined;
    if (registered) this.#register(registered, name, region);
    else this.#create(name, region);
  }

  #ours(region: string): ImageRow | undefined {
    const images = this.#stage.truth.images().filter((row) => row.region === region && row.state === 'available');
    return this.#dice.one(images);
  }

  #register(from: ImageRow, name: string, region: string): void {
    const mappings = from.disks.map(({ deviceName, snapshotId }) => ({
      DeviceName: deviceName,
      Ebs: { SnapshotId: snapshotId },
    }));
    this.#stage.call('RegisterImage', region, {
      Name: name,
      Architecture: 'x86_64',
      RootDeviceName: from.rootDeviceName,
      VirtualizationType: 'hvm',
      BlockDeviceMappings: mappings,
      TagSpecifications: [{ ResourceType: 'image', Tags: tagList({ Team: 'platform' }) }],
    });
    this.#stage.count('image registered from a shared snapshot');
  }

  #create(name: string, region: string): void {
    const layered = this.#dice.chance(0.2) ? this.#ours(region) : undefined;
    const base = layered?.id ?? this.#bases.get(region) ?? '';
    const launched = this.#stage.call('RunInstances', region, {
      ImageId: base,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    });
    const instance = (launched.Instances as { InstanceId: string }[])[0]?.InstanceId ?? '';
    const late = this.#dice.chance(0.3);
    this.#stage.later(5 * minute, `builder makes ${name} in ${region}${layered ? ` from ${layered.name}` : ''}`, () => {
      const tags = tagList(late ? { Built: 'yes' } : { Team: 'platform' });
      const { ImageId } = this.#stage.call('CreateImage', region, {
        InstanceId: instance,
        Name: name,
        TagSpecifications: [{ ResourceType: 'image', Tags: tags }],
      });
      this.#stage.count(layered ? 'layered image built' : 'image built');
      if (late) this.#tagLater(String(ImageId), region);
      this.#stage.later(30 * minute, 'builder stops its instance', () => {
        this.#stage.call('TerminateInstances', region, { InstanceIds: [instance] });
      });
    });
  }

  #tagLater(image: string, region: string): void {
    this.#stage.later(this.#dice.between(minute, 3 * hour), 'late tags', () => {
      this.#stage.call('CreateTags', region, { Resources: [image], Tags: tagList({ Team: 'platform' }) });
      this.#stage.count('tags came late');
    });
  }
}

/** Starts and ends instances of our images, and names images in launch templates. */
export class Launcher implements Actor {
  readonly name = 'launcher';
  readonly perDay = 3;
  readonly #stage: Stage;
  readonly #dice: Dice;
  #number = 1;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`launcher ${stage.scenario.seed}`);
  }

  act(): void {
    const image = this.#dice.one(this.#stage.truth.images());
    if (!image) return;
    const act = this.#dice.next();
    if (act < 0.35) this.#run(image);
    else if (act < 0.6) this.#template(image);
    else if (act < 0.75) this.#version(image);
    else if (act < 0.9) this.#terminate();
    else this.#forget();
  }

  #run(image: ImageRow): void {
    const launched = this.#stage.call('RunInstances', image.region, {
      ImageId: image.id,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    });
    const id = (launched.Instances as { InstanceId: string }[])[0]?.InstanceId ?? '';
    const end = this.#dice.chance(0.8) ? 'TerminateInstances' : 'StopInstances';
    this.#stage.later(this.#dice.between(hour, 2 * day), `launcher ends ${id}`, () =>
      this.#stage.call(end, image.region, { InstanceIds: [id] }),
    );
  }

  #template({ id, region }: ImageRow): void {
    const name = `fleet-${this.#number++}`;
    this.#stage.call('CreateLaunchTemplate', region, { LaunchTemplateName: name, LaunchTemplateData: { ImageId: id } });
    const there = this.#stage.truth.images().filter((row) => row.region === region);
    const next = this.#dice.chance(0.5) ? this.#dice.one(there) : undefined;
    if (next) this.#version(next, name);
    if (this.#dice.chance(next ? 0.2 : 0.7))
      this.#stage.later(this.#dice.between(hour, 3 * day), `launcher deletes ${name}`, () =>
        this.#stage.call('DeleteLaunchTemplate', region, { LaunchTemplateName: name }),
      );
  }

  /** The newer version becomes the default: the older one still names its image. */
  #version(image: ImageRow, of?: string): void {
    const here = this.#stage.truth.templates().filter(({ region }) => region === image.region);
    const template = this.#dice.one(of === undefined ? here : here.filter(({ name }) => name === of));
    if (!template) return;
    const at = { LaunchTemplateId: template.id };
    this.#stage.call('CreateLaunchTemplateVersion', image.region, { ...at, LaunchTemplateData: { ImageId: image.id } });
    if (this.#dice.chance(0.7))
      this.#stage.call('ModifyLaunchTemplate', image.region, {
        ...at,
        DefaultVersion: String(template.latestVersion + 1),
      });
  }

  #terminate(): void {
    const { truth } = this.#stage;
    const ours = truth.instances().filter((one) => truth.image(imageKey(one.region, one.imageId))?.account === account);
    const instance = this.#dice.one(ours.filter(({ state }) => state === 'running'));
    if (instance) this.#stage.call('TerminateInstances', instance.region, { InstanceIds: [instance.id] });
  }

  #forget(): void {
    const template = this.#dice.one(this.#stage.truth.templates());
    if (template) this.#stage.call('DeleteLaunchTemplate', template.region, { LaunchTemplateId: template.id });
  }
}

/** People who own the images: holds, changes by hand, and mistakes. */
export class Operator implements Actor {
  readonly name = 'operator';
  readonly perDay = 2;
  readonly #stage: Stage;
  readonly #dice: Dice;
  readonly #acts: readonly ((image: ImageRow) => void)[];

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`operator ${stage.scenario.seed}`);
    this.#acts = [
      (image) => this.#keep(image),
      (image) => this.#keep(image),
      (image) => this.#protect(image),
      (image) => this.#enable(image),
      (image) => this.#enable(image),
      (image) => this.#copy(image),
      (image) => this.#remove(image),
      (image) => this.#disable(image),
      (image) => this.#unmark(image),
      (image) => this.#share(image),
      (image) => this.#manage(image),
    ];
  }

  act(): void {
    const image = this.#dice.one(this.#stage.truth.images());
    const act = this.#dice.one(this.#acts);
    if (image && act) act(image);
  }

  #keep({ region, id }: ImageRow): void {
    const truth = this.#stage.truth;
    const value = this.#dice.of(
      'forever',
      isoTime(truth.now() + this.#dice.whole(0, 4) * day).slice(0, 10),
      'next summer',
    );
    this.#stage.call('CreateTags', region, { Resources: [id], Tags: tagList({ 'ami-steward:keep-until': value }) });
    truth.hold(keyOfRow({ region, id }));
    if (this.#dice.chance(0.7))
      this.#stage.later(this.#dice.between(hour, 4 * day), `operator lets go of ${id}`, () =>
        this.#stage.call('DeleteTags', region, { Resources: [id], Tags: [{ Key: 'ami-steward:keep-until' }] }),
      );
  }

  #protect({ region, id }: ImageRow): void {
    const WithCooldown = this.#dice.chance(0.3);
    this.#stage.call('EnableImageDeregistrationProtection', region, { ImageId: id, WithCooldown });
    this.#stage.truth.hold(keyOfRow({ region, id }));
    if (this.#dice.chance(0.8))
      this.#stage.later(this.#dice.between(hour, 3 * day), `operator unprotects ${id}`, () =>
        this.#stage.call('DisableImageDeregistrationProtection', region, { ImageId: id }),
      );
  }

  #enable({ region }: ImageRow): void {
    const image = this.#dice.one(this.#stage.truth.images().filter(({ state }) => state === 'disabled'));
    if (!image) return;
    this.#stage.call('EnableImage', image.region ?? region, { ImageId: image.id });
    this.#stage.count('disabled image enabled by a person');
  }

  /** A copy of a root made by hand, into a Region where the product wants one. */
  #copy({ region, id, name }: ImageRow): void {
    const to = this.#dice.one(this.#stage.scenario.regions.filter((one) => one !== region));
    if (to === undefined || this.#stage.truth.rootOf(keyOfRow({ region, id })) !== keyOfRow({ region, id })) return;
    const wanted = { SourceImageId: id, SourceRegion: region, Name: this.#dice.of(name, `${name} by hand`) };
    this.#stage.call('CopyImage', to, wanted);
    this.#stage.count('copy made by a person');
  }

  #remove({ region, id }: ImageRow): void {
    this.#stage.call('DeregisterImage', region, { ImageId: id, DeleteAssociatedSnapshots: this.#dice.chance(0.5) });
    this.#stage.count('image deregistered by a person');
  }

  #disable({ region, id }: ImageRow): void {
    this.#stage.call('DisableImage', region, { ImageId: id });
    if (this.#dice.chance(0.7))
      this.#stage.later(this.#dice.between(hour, 2 * day), `operator enables ${id} again`, () =>
        this.#stage.call('EnableImage', region, { ImageId: id }),
      );
  }

  #unmark({ region, id }: ImageRow): void {
    const Key = this.#dice.of('ami-steward:managed', 'ami-steward:root', 'ami-steward:reap');
    this.#stage.call('DeleteTags', region, { Resources: [id], Tags: [{ Key }] });
  }

  #share({ region, id }: ImageRow): void {
    const change = { [this.#dice.of('Add', 'Remove')]: [{ UserId: this.#dice.of('222233334444', '777788889999') }] };
    this.#stage.call('ModifyImageAttribute', region, { ImageId: id, LaunchPermission: change });
  }

  /** Somebody approves an image by hand: a tag grants nothing. */
  #manage(image: ImageRow): void {
    const disabled = this.#stage.truth.images().filter(({ state }) => state === 'disabled');
    const { region, id } = this.#dice.one(disabled) ?? image;
    this.#stage.call('CreateTags', region, { Resources: [id], Tags: tagList({ 'ami-steward:reap': 'approved' }) });
  }
}

/** Somebody who wants the product to do harm. */
export class Adversary implements Actor {
  readonly name = 'adversary';
  readonly perDay = 1;
  readonly #stage: Stage;
  readonly #dice: Dice;
  #number = 1;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dice = new Dice(`adversary ${stage.scenario.seed}`);
  }

  act(): void {
    const act = this.#dice.next();
    if (act < 0.35) this.#twin();
    else if (act < 0.65) this.#tags();
    else if (act < 0.8) this.#forge(stranger, 'ami-00000000000000bad');
    else this.#poison();
  }

  /** A public image of another account with a name that our policies select, announced as if it were ours. */
  #twin(): void {
    const twin = this.#stage.place({
      account: stranger,
      region: home,
      name: `golden-web-${900 + this.#number++}`,
      permissions: ['group:all'],
      snapshotPermissions: ['group:all'],
      tags: { Team: 'platform', 'ec2:SharedTag/ami-steward:managed': 'true' },
    });
    this.#stage.count('foreign twin met');
    this.#forge(account, twin.id);
  }

  /** Our marks on an image that no policy selects. */
  #tags(): void {
    const { truth } = this.#stage;
    const others = truth.images().filter((row) => truth.policiesOf(truth.rootOf(keyOfRow(row))).length === 0);
    const image = this.#dice.one(others);
    const victim = this.#dice.one(truth.images());
    if (!image || !victim) return;
    const marks = {
      'ami-steward:managed': 'true',
      'ami-steward:root': keyOfRow(victim),
      'ami-steward:policy': 'golden',
      'ami-steward:reap': 'approved',
    };
    this.#stage.call('CreateTags', image.region, { Resources: [image.id], Tags: tagList(marks) });
    this.#stage.count('hostile tags met');
  }

  #forge(owner: string, image: string): void {
    this.#stage.send(
      JSON.stringify({
        version: '0',
        id: `forged-${this.#number++}`,
        'detail-type': 'EC2 AMI State Change',
        source: 'aws.ec2',
        account: owner,
        time: isoTime(this.#stage.truth.now()),
        region: home,
        resources: [`arn:aws:ec2:${home}::image/${image}`],
        detail: { RequestId: 'forged', ImageId: image, State: 'available', ErrorMessage: '' },
      }),
    );
  }

  #poison(): void {
    this.#stage.send(this.#dice.of('', '{', '[]', '{"detail":{"ImageId":7}}', `{"root":"${'x'.repeat(9000)}"}`));
  }
}
