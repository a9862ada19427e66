import { type AmiStateChange, parseAmiStateChange } from './ami-state-change/parse.ts';
import { isFields, type Parsed } from './fields.ts';
import { type LineageWork, parseLineageWork } from './lineage-work/parse.ts';

/** The work queue carries both: what EC2 announced and what the sweep found. */
export type Message =
  | { readonly kind: 'image'; readonly change: AmiStateChange }
  | { readonly kind: 'work'; readonly item: LineageWork };

/** Reads the body of one queue message. A work item is told apart by its `root`, which no EventBridge event has. */
export function readMessage(body: string): Parsed<Message> {
  const value = json(body);
  if (!value.ok) return value;
  if (isFields(value.event) && 'root' in value.event) {
    const parsed = parseLineageWork(value.event);
    return parsed.ok ? { ok: true, event: { kind: 'work', item: parsed.event } } : parsed;
  }
  const parsed = parseAmiStateChange(value.event);
  return parsed.ok ? { ok: true, event: { kind: 'image', change: parsed.event } } : parsed;
}

function json(body: string): Parsed<unknown> {
  try {
    return { ok: true, event: JSON.parse(body) };
  } catch (error) {
    return { ok: false, problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
