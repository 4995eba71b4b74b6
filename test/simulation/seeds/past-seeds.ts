/** Seeds that have found something, each with its story: they are run again for ever. */

/** One world that was broken once. */
export interface PastSeed {
  readonly seed: number;
  readonly minutes: number;
  readonly story: string;
}

export const PAST_SEEDS: readonly PastSeed[] = [
  {
    seed: 45,
    minutes: 3,
    story:
      'A paused peer woke and handed on a message of somebody who had left meanwhile: absence counted as a new incarnation, and ' +
      'the message was shown twice. The same content within the recent memory is a duplicate whatever the list says.',
  },
  {
    seed: 24,
    minutes: 3,
    story:
      'A clogged path held the first message of a peer for 88 s; the peer had been added to the list again meanwhile, ' +
      'and its first words were taken for those of a new incarnation.',
  },
  {
    seed: 38,
    minutes: 3,
    story: 'The same as 24 with a paused neighbour and a room server that had lost its memory.',
  },
  {
    seed: 37,
    minutes: 3,
    story:
      'A room server restarted empty listed only some members for a while. The forward link, not listed, counted as the ' +
      'last choice of all, so failback moved it to a later member, and a cross link between two halves was given up: the ' +
      'overlay stayed in two pieces. Choices are compared on the ring now, not by their places in a list.',
  },
  {
    seed: 13,
    minutes: 3,
    story:
      'FIN and RST arrived at one instant and the simulated kernel told its process neither: a link that nobody else ' +
      'had stayed up, and a broadcast cost a frame too many. (A bug of the simulator.)',
  },
  { seed: 43, minutes: 3, story: 'As 13; and a process that had stood still was blamed for sending no J.' },
  {
    seed: 307,
    minutes: 3,
    story:
      'A restarted peer linked to us, and its first message came over another link a moment before it came over its ' +
      'own: confirmed to be of the new incarnation, it was shown twice.',
  },
  {
    seed: 887,
    minutes: 3,
    story: 'As 307, with a copy that was faster than the handshake itself.',
  },
  {
    seed: 1435,
    minutes: 3,
    story:
      'A room server that had lost its memory did not list a living member for over a minute; its neighbour dropped it, ' +
      'as told, and did not remember it: when it was back, nothing joined the two halves.',
  },
  {
    seed: 380,
    minutes: 3,
    story:
      'After a cut TCP itself pauses for up to two minutes: the invariant expected more than a link can do.',
  },
  {
    seed: 641,
    minutes: 3,
    story:
      'Peers restarted while the room server had lost its memory, joined with short lists and linked in a circle of their ' +
      'own: nothing had failed for anybody, so nobody looked for another link. Who has passed over an elder does so now.',
  },
  {
    seed: 10_160,
    minutes: 0.5,
    story:
      'As 641; and the one link between the two halves was given up when its owner went back to an earlier choice that ' +
      'answered again: the other end had passed it over only because of that link.',
  },
  {
    seed: 1_141,
    minutes: 10,
    story:
      'A peer slept for longer than the recent memory lasts and woke with old messages; a room server that had lost its ' +
      'memory added their origin again, which made it suspected: they were shown twice. What was once seen lasts longer now.',
  },
  {
    seed: 2_622,
    minutes: 10,
    story:
      'Somebody cut off for minutes missed the first 23 messages of a new incarnation: the 24th had a known ID, the content of ' +
      'which the recent memory had forgotten, and counted as a duplicate. That an ID had other contents lasts now, too.',
  },
  {
    seed: 4_170,
    minutes: 10,
    story:
      'Two sleepers in a row: the one woke with a first message of an old incarnation, the other slept through minutes before ' +
      'it read that, and had forgotten it by the clock. What a process remembers does not age while it sleeps.',
  },
];
