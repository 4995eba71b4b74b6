/** The six commands of a user as foreign input: from a page, a recording, or a line of JSON. */
import { z } from 'zod';

/**
 * Takes what a user may type. Rules for names and texts are the peer's: it refuses with a sentence.
 * @param fieldMax characters of one field at most; a longer one is refused here.
 */
export function userCommand(fieldMax: number) {
  const typed = z.string().max(fieldMax);
  return z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('USER'), name: typed }),
    z.strictObject({ type: z.literal('LIST') }),
    z.strictObject({ type: z.literal('JOIN'), room: typed }),
    z.strictObject({ type: z.literal('SEND'), text: typed }),
    z.strictObject({ type: z.literal('POKE'), name: typed }),
    z.strictObject({ type: z.literal('QUIT') }),
  ]);
}
