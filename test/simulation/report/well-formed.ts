/**
 * Just enough of an HTML reader to see that tags are balanced and to get at scripts; there is no parser
 * among our tools.
 */

const VOID = new Set(['meta', 'input', 'br', 'hr', 'link', 'img']);
const RAW = new Set(['script', 'style']);
const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][\w-]*(?:="[^"<]*")?)*)\s*(\/?)>/y;

/** What is wrong with the nesting of tags, or left open; empty for a well-formed page. */
export function openTags(page: string): readonly string[] {
  const open: string[] = [];
  let at = page.indexOf('>') + 1;
  for (let next = page.indexOf('<', at); next >= 0; next = page.indexOf('<', at)) {
    TAG.lastIndex = next;
    const [whole, slash, name = '', , isClosed] = TAG.exec(page) ?? [];
    if (whole === undefined) return [...open, `no tag: ${page.slice(next, next + 60)}`];
    at = next + whole.length;
    if (slash) {
      if (open.pop() !== name) return [...open, `wrong end: ${page.slice(next - 60, next + 60)}`];
    } else if (!isClosed && !VOID.has(name)) {
      open.push(name);
      if (RAW.has(name)) at = page.indexOf(`</${name}`, at);
    }
  }
  return open;
}

/** What stands in each of the elements of a name that holds raw text. */
export function textsOf(page: string, name: 'script' | 'style'): readonly string[] {
  return [...page.matchAll(new RegExp(`<${name}[^>]*>(.*?)</${name}>`, 'gs'))].map(([, text = '']) => text);
}
