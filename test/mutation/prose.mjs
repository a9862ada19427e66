import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Calls of which an argument is a sentence for people, and from which argument on. */
const sentences = { describe: 0, says: 1, textLike: 1, dateOr: 0, grants: 2 };

const calleeOf = ({ callee }) => callee.property?.name ?? callee.name;

/** A help text or the wording of a refusal: that it is written differently is no fault that a test should find. */
const shouldIgnore = ({ parent, listKey, key }) => {
  if (listKey !== 'arguments' || parent.type !== 'CallExpression') return undefined;
  const from = sentences[calleeOf(parent)];
  return from !== undefined && key >= from ? 'prose for people' : undefined;
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'prose', { shouldIgnore })];
