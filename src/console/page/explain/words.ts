/** The words of the page, explained for a class: what each view shows, and a glossary. Pure text. */
import type { Tab } from '../frame/route.ts';

/** A question and its answer. */
export interface Explained {
  readonly term: string;
  readonly words: string;
}

/** What each view shows, and what one asks when one sees it. */
export const VIEW_WORDS: Readonly<Record<Tab, readonly Explained[]>> = {
  chat: [
    {
      term: 'What is this?',
      words:
        'One peer of a group chat, as its user has it: messages above, buttons in the middle, and below what the peer does.',
    },
    {
      term: 'Who carries my message?',
      words:
        'No server: the peer sends it over its links, and each peer that gets it sends it on over its other links.',
    },
    {
      term: 'What is the room server for?',
      words: 'It knows who is in which room. It never sees a message.',
    },
  ],
  machines: [
    {
      term: 'What is this?',
      words:
        'A peer is a tree of small machines. The chart shows one of them: boxes are states, arrows are transitions, the lit boxes are where it is now.',
    },
    {
      term: 'What stands on an arrow?',
      words: 'The event that takes it, and in brackets the guard: the condition that must hold.',
    },
    {
      term: 'What stands in a box?',
      words:
        'What is done on entry and on exit, what runs while the machine is there, and events that change no state.',
    },
  ],
  sequence: [
    {
      term: 'What is this?',
      words:
        'Every frame that this peer sent or received, time down the page. Solid arrows are TCP, dashed ones UDP.',
    },
    {
      term: 'What is the whole room?',
      words:
        'All peers side by side. A line begins where a frame was sent and ends where it was received: the steeper it falls, the longer it was under way.',
    },
    {
      term: 'What is this duplicate?',
      words:
        'The overlay has more than one way between two members. A message that comes a second time is crossed out: the peer knows its origin and number, and drops it.',
    },
    {
      term: 'What is a KEEPALIVE?',
      words: 'JOIN, sent again every 20 s. The room server forgets who stays silent.',
    },
  ],
  overlay: [
    {
      term: 'What is this?',
      words:
        'The members of a room in the order of their hash IDs, and the TCP connections between them. They carry the messages.',
    },
    {
      term: 'What is a backward link?',
      words:
        'A connection that another member has opened to this peer. For that member it is the forward link.',
    },
    {
      term: 'Why two links or more?',
      words:
        'A peer opens one link itself and accepts those of others. So everybody hangs on to somebody, and the room is one piece.',
    },
    {
      term: 'What is this duplicate?',
      words: 'Where links make a circle, a message comes round twice. Who has it already drops it: a cross.',
    },
  ],
  figures: [
    {
      term: 'What is this?',
      words: 'The whole room in numbers, up to the moment that is shown.',
    },
    {
      term: 'What does a message cost?',
      words:
        'Over a tree of n peers n−1 TEXT frames, one for each link. Each link more than a tree has makes a circle, and costs two more: one in each direction.',
    },
    {
      term: 'What are pieces?',
      words:
        'Peers that are joined by links are one piece. A message reaches all of its piece, and nobody else.',
    },
  ],
};

/** The field's terms, in the order of the alphabet. */
export const GLOSSARY: readonly Explained[] = [
  { term: 'Backward link', words: 'A connection that another member has opened to this peer.' },
  { term: 'Duplicate', words: 'A message that has come before, over another link. It is dropped.' },
  {
    term: 'Flooding',
    words: 'Each peer sends a message on over all its links but the one that it came from.',
  },
  {
    term: 'Forward link',
    words:
      'The one connection that a peer opens itself, to the first member behind it on the ring that answers.',
  },
  { term: 'Frame', words: 'One unit of the protocol: a type and its fields, ended by “::”.' },
  { term: 'Handshake', words: 'The first two frames on a link: who dials, and that it is accepted.' },
  {
    term: 'Hash ID (HID)',
    words: 'A number that is computed from a member’s name and address. It gives the place on the ring.',
  },
  { term: 'Hop', words: 'The way of a message over one link.' },
  {
    term: 'KEEPALIVE',
    words: 'JOIN, sent again every 20 s: the room server forgets who has been silent for 60 s.',
  },
  { term: 'Member list', words: 'Who is in the room, as the room server tells it.' },
  {
    term: 'Message number',
    words: 'Each peer counts its messages. Origin and number tell whether a message is new.',
  },
  { term: 'Overlay', words: 'The network that the links make, above the internet.' },
  { term: 'Peer', words: 'A program that is client and server at once.' },
  { term: 'Piece', words: 'Members that can reach each other over links. A room is to be one piece.' },
  { term: 'Poke', words: 'A UDP datagram that asks whether a member is there. It is answered by ACK.' },
  { term: 'Room server', words: 'Knows the rooms and their members; carries no messages.' },
  { term: 'Statechart', words: 'States, events and the transitions between them, drawn.' },
];
