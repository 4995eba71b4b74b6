/**
 * HTML that cannot be broken out of: whatever is put into an `html` template is escaped and made harmless,
 * unless it is `Html` itself, which only these functions make. So a name or a message can never become
 * markup.
 */
import { harmless } from '../../words/harmless.ts';

/** A piece of finished markup. */
export interface Html {
  readonly html: string;
}

/** What may stand in a template; `undefined` leaves nothing behind, numbers keep two decimals at most. */
type Part = string | number | Html | readonly Html[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const ROUNDING = 100;

/** Template tag: the template is markup, what is put into it is text. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = strings.map((string, index) => `${string}${rendered(parts[index])}`);
  return { html: pieces.join('') };
}

/** Markup that this program has written itself and that must not be escaped: styles and scripts. */
export function trusted(markup: string): Html {
  return { html: markup };
}

/** Text for an element or a quoted attribute. */
function escapeText(text: string): string {
  return harmless(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A value as JSON that may stand inside a `<script type="application/json">`: no `<` is left in it. */
export function scriptJson(value: unknown): Html {
  const json = JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return `\\u${code.padStart(4, '0')}`;
  });
  return { html: json };
}

function rendered(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(Math.round(part * ROUNDING) / ROUNDING);
  return 'html' in part ? part.html : part.map((piece) => piece.html).join('');
}
