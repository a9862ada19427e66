import type { Inventory } from '../../../shared/model/inventory.ts';
import { image, inventory } from '../../rules/make.ts';

export const world: Inventory = inventory([image(1, { rootDeviceType: 'instance-store', snapshots: [] })]);
