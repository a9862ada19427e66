import { type Finding, finding } from '../finding.ts';
import { has, listAt, type PolicyView } from '../view.ts';

export const notifyRules = ({ raw, path }: PolicyView): Finding[] =>
  listAt(raw, 'notify').flatMap((entry, i) =>
    has(entry, 'sns') || has(entry, 'chat')
      ? []
      : [finding([...path, 'notify', i], 'notify/no-topic', 'notify: add the ARN of a topic as sns or chat')],
  );
