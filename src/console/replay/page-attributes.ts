/** What the page is told by its HTML: that it shows a recording, and which. Pure. */

/** The attributes of the element that the page is drawn in, as `data-…`. */
export interface PageAttributes {
  /** Where the recording is got from: an address, or `here`, in the HTML itself. */
  readonly recording: string;
  /** What it is called: the name of a file. */
  readonly name: string;
  /** The lesson to begin with. */
  readonly lesson?: string;
}

const PLACE = '<div id="page">';

/**
 * The page's HTML with them.
 * @throws TypeError where this is not the page.
 */
export function withAttributes(html: string, attributes: PageAttributes): string {
  const [before, after, ...more] = html.split(PLACE);
  if (before === undefined || after === undefined || more.length > 0)
    throw new TypeError('this is not the page of the console');
  const written = Object.entries(attributes).map(
    ([name, value]) => `data-${name}="${escaped(String(value))}"`,
  );
  return `${before}<div id="page" ${written.join(' ')}>${after}`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it may stand in an attribute between quotes. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
