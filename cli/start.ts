import { parseArgs } from 'node:util';
import { usualStory } from './story/story.ts';

/** `npm start`: the whole life of an image on the embedded AWS, told from what was emitted and recorded. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(usualStory.seed) },
    policy: { type: 'string' },
    drop: { type: 'string', default: String(usualStory.drop) },
    'no-template': { type: 'boolean', default: false },
    'no-failure': { type: 'boolean', default: false },
  },
});

const _began = performance.now();
console.log('x');
