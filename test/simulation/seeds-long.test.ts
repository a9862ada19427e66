import { often } from './coverage.ts';
import { playSeeds } from './seeds.ts';

playSeeds({ from: 1, to: 20, days: 5, meets: often });
