export interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<(?:\?[^>]*\?|!--[\s\S]*?--)>|<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/g;

/** The root element of a document. Attributes and entities matter to nobody here. */
export function parseXml(text: string): Element {
  const root: Element = { name: '', children: [], text: '' };
  const open = [root];
  for (const [, quoted, closing, name, empty, plain] of text.matchAll(token)) {
    const parent = open.at(-1) ?? root;
    if (name === undefined) parent.text += quoted ?? plain ?? '';
    else if (closing) open.pop();
    else {
      const element: Element = { name, children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [document] = root.children;
  if (!document || open.length !== 1) throw new Error(`no XML: ${text.slice(0, 200)}`);
  return document;
}
