import { playSeeds } from './seeds.ts';

const meets = [
  'image built',
  'copy started',
  'image shared',
  'call failed',
  'answer lost',
  'crash before',
  'crash after',
];

playSeeds({ from: 1, to: 300, days: 1, meets: [...meets, 'storm', 'event lost', 'event duplicated'] });
