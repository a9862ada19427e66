import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In this order, since a mutant is dead with the first test that fails: what is quick to run and near to the rules first. */
const folders = ['rules', 'model', 'policy', 'events', 'golden', 'properties'];

const place = ({ moduleId }: TestSpecification): number =>
  folders.findIndex((folder) => moduleId.includes(`/test/${folder}/`));

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => place(a) - place(b));
  }
}

/** The tests that judge `shared/rules` and `shared/model`: pure and quick, a few worlds instead of 2,000. */
export default defineConfig({
  test: {
    include: [
      'test/{golden,model,policy,rules}/**/*.test.ts',
      'test/properties/{decide,invariants}.test.ts',
      'test/events/{emitted,lifecycle}.test.ts',
    ],
    exclude: ['test/policy/{docs,fuzz,types}.test.ts'],
    isolate: false,
    provide: { worlds: 40 },
    sequence: { sequencer: QuickestFirst },
    testTimeout: 60_000,
  },
});
