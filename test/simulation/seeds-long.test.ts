import { often } from './coverage.ts';
import { playSeeds } from './seeds.ts';

playSeeds({ from: 401, to: 420, days: 5, meets: often });
