/** What a viewer has said, checked: everything that comes in over the console's sockets goes through here. */
import type { z } from 'zod';

/** The message, or `undefined` for whatever is no JSON or not of this schema. Never throws. */
export function parseMessage<Message>(schema: z.ZodType<Message>, text: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not an error of ours: the caller refuses what is not understood.
    return undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
