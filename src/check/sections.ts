/**
 * The sections of docs/PROTOCOL.md by number, in the order of its headings: a case is addressed by one of
 * them and a number of its own (2.2.5: the fifth case about the six commands). A test holds the table to the
 * document.
 */

/** Number → heading. */
export const SECTIONS = {
  '1': 'Frames',
  '2': 'The program',
  '2.1': 'The state diagram (Figure 3 of the assignment)',
  '2.2': 'The six commands',
  '2.3': 'KEEPALIVE',
  '2.4': 'Choosing the forward link',
  '2.5': 'Crossing dials (the assignment is silent)',
  '2.6': 'Handshake, receiving side',
  '2.7': 'Flooding',
  '3': 'What the original room server does (measured on the wire)',
  '3.1': 'How it reads requests, and what follows for the peer',
  '3.2': 'What a compatible room server answers',
  '4': 'Other implementations on the wire (what they do and tolerate)',
} as const;

/** The number of a section. */
export type Section = keyof typeof SECTIONS;

/** True where a case's address is the wanted one, or stands in the wanted section. */
export function isWithin(address: string, wanted: string): boolean {
  return address === wanted || address.startsWith(`${wanted}.`);
}
