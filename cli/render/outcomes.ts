import type { Outcome } from '../../shared/model/outcome.ts';
import type { Line, Style } from '../output.ts';
import { columns } from './table.ts';
import { stepWords } from './words.ts';

const styles: Partial<Readonly<Record<Outcome['status'], Style>>> = {
  done: 'add',
  blocked: 'remove',
  failed: 'remove',
};

/** One line for each action: what it was, on what, what became of it and, where it did not work, why. */
export function outcomeLines(outcomes: readonly Outcome[]): Line[] {
  const texts = columns(
    outcomes.map(({ action, status, detail }) => [
      `  ${stepWords[action.kind]}`,
      action.kind === 'copy-image' ? `${action.image} -> ${action.request.region}` : action.image,
      status,
      status === 'done' ? '' : String(detail.why ?? ''),
    ]),
  );
  return texts.map((text, i): Line => {
    const style = styles[outcomes[i]?.status ?? 'done'];
    return style === undefined ? text : { text, style };
  });
}
