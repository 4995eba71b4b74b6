/**
 * The six guided lessons: what each step shows, asks and explains. Pure text and places.
 *
 * Invariant: all of it is true of the world that src/simulation/lessons/lesson-plan.ts plans; a test looks it
 * up in the recording of that world. Times are milliseconds since the beginning of the world.
 */
import type { Tab } from '../../frame/route.ts';

/** Where a step looks, and when. */
export interface Scene {
  readonly tab: Tab;
  /** Whose view it is: a name. */
  readonly peer: string;
  readonly atMs: number;
  /** What is selected in the view; `room` is the sequence of the whole room. */
  readonly selection?: string;
}

/** One step: a scene and a question, then another scene and the answer. */
export interface LessonStep {
  readonly before: Scene;
  /** What can be seen there. */
  readonly words: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** Index of the choice that comes true. */
  readonly right: number;
  readonly after: Scene;
  /** What has happened, and why. */
  readonly explanation: string;
}

/** The names of the lessons, as `p2pchat lessons` takes them. */
export const LESSON_NAMES = ['joining', 'forward-link', 'flooding', 'keepalive', 'crash', 'split'] as const;

/** One of these. */
export type LessonName = (typeof LESSON_NAMES)[number];

/** A lesson. */
export interface Lesson {
  readonly name: LessonName;
  readonly title: string;
  readonly steps: readonly LessonStep[];
}

/** The whole room in the view Sequence. */
function room(peer: string, atMs: number): Scene {
  return { tab: 'sequence', peer, atMs, selection: 'room' };
}

function overlay(peer: string, atMs: number): Scene {
  return { tab: 'overlay', peer, atMs };
}

const JOINING: Lesson = {
  name: 'joining',
  title: 'Joining a room',
  steps: [
    {
      before: room('bob', 6_900),
      words: 'alice is alone in the room. In a moment bob starts his program and joins the same room.',
      question: 'With whom does bob’s program speak first?',
      choices: ['With alice', 'With the room server', 'With everybody at once'],
      right: 1,
      after: room('bob', 7_200),
      explanation:
        'bob sends JOIN to the room server, and MEMBERS comes back: who is in the room, each with address and port. Nobody else could tell bob where alice is.',
    },
    {
      before: room('bob', 7_200),
      words: 'bob has the list of members: alice and himself.',
      question: 'What does bob do now?',
      choices: [
        'He opens a connection to alice and sends HANDSHAKE',
        'He waits until alice calls him',
        'He sends his messages to the room server',
      ],
      right: 0,
      after: room('bob', 7_400),
      explanation:
        'bob dials alice and sends HANDSHAKE; she answers HANDSHAKE OK. This connection is a link: bob’s forward link, and a backward link for alice. The room server never carries a message.',
    },
    {
      before: room('alice', 7_270),
      words: 'bob’s HANDSHAKE comes to alice. The list that she has does not name him.',
      question: 'How does alice find out whether bob is a member?',
      choices: [
        'She believes him',
        'She sends JOIN to the room server again, and looks at the fresh list',
        'She pokes him',
      ],
      right: 1,
      after: room('alice', 7_400),
      explanation:
        'For somebody whom her list does not name, alice asks for a fresh one. bob is on it, so she answers HANDSHAKE OK. Were he not, she would close the connection without a word.',
    },
  ],
};

const FORWARD_LINK: Lesson = {
  name: 'forward-link',
  title: 'Choosing the forward link',
  steps: [
    {
      before: overlay('carol', 12_170),
      words:
        'The members stand on a ring, in the order of their hash IDs: carol, bob, alice. carol has just joined and looks for her forward link.',
      question: 'Whom does carol dial?',
      choices: ['alice, who has been here longest', 'bob, the next one on the ring', 'Both of them'],
      right: 1,
      after: overlay('carol', 12_600),
      explanation:
        'A peer dials the member that comes next behind it on the ring, and the search ends with the first that answers. So everybody has one forward link at most.',
    },
    {
      before: overlay('erin', 22_160),
      words: 'dave has joined too. Now erin joins. The order of the ring is carol, erin, bob, alice, dave.',
      question: 'Whom does erin dial?',
      choices: ['carol', 'dave', 'bob'],
      right: 2,
      after: overlay('erin', 22_500),
      explanation: 'bob is the next behind erin. He has several backward links now: there may be any number.',
    },
    {
      before: overlay('alice', 22_200),
      words:
        'alice has no forward link: when she came there was nobody, and then bob had a link to her. Her KEEPALIVE brings a new list.',
      question: 'Whom does alice dial?',
      choices: ['dave, the next behind her', 'bob, whom she knows', 'Nobody: she has a link'],
      right: 0,
      after: overlay('alice', 22_500),
      explanation:
        'dave is the next behind alice. bob she would skip in any case: he has a link to her, and a second one between the same two would only bring duplicates. The end of the ring is joined to its beginning: behind dave comes carol.',
    },
  ],
};

const FLOODING: Lesson = {
  name: 'flooding',
  title: 'Flooding and duplicates',
  steps: [
    {
      before: room('alice', 29_900),
      words:
        'Five members, five links: alice–bob, bob–carol, carol–dave, dave–alice, and erin–bob. alice says “Hello everybody”.',
      question: 'How many TEXT frames go over the links until everybody has it?',
      choices: ['4', '5', '6'],
      right: 2,
      after: room('alice', 30_200),
      explanation:
        'Each peer that gets a new message sends it on over all its links but the one that it came from. Four frames bring it to somebody new; two more are duplicates, because four of the links make a circle.',
    },
    {
      before: room('carol', 30_060),
      words: 'dave has brought the message to carol. Another copy is on its way from bob.',
      question: 'What does carol do with the second copy?',
      choices: ['She shows it again', 'She drops it', 'She sends it back to bob'],
      right: 1,
      after: { tab: 'sequence', peer: 'carol', atMs: 30_200 },
      explanation:
        'The origin (alice’s hash ID) and the message’s number tell that carol has it already. It is neither shown nor sent on: else messages would go round the circle for ever.',
    },
    {
      before: room('erin', 33_900),
      words: 'erin has one link only: to bob. She says “Hello alice”.',
      question: 'Over how many links does it come to alice?',
      choices: ['1', '2', '3'],
      right: 1,
      after: room('erin', 34_200),
      explanation:
        'From erin to bob, and from bob to alice: two hops. Nobody chose this way; it was the quickest.',
    },
  ],
};

const KEEPALIVE: Lesson = {
  name: 'keepalive',
  title: 'KEEPALIVE',
  steps: [
    {
      before: room('alice', 36_000),
      words: 'From now on nobody says a word for a minute.',
      question: 'What goes over the wires meanwhile?',
      choices: [
        'Nothing',
        'Each peer sends JOIN to the room server now and then, and MEMBERS comes back',
        'Each peer sends an empty TEXT over its links',
      ],
      right: 1,
      after: room('alice', 88_000),
      explanation:
        'The room server forgets who is silent for more than 60 s. So each peer sends its JOIN again: a KEEPALIVE. Runs of them are folded into one row here; “Fold KEEPALIVEs” shows them all.',
    },
    {
      before: { tab: 'sequence', peer: 'bob', atMs: 36_000 },
      words: 'These are bob’s frames.',
      question: 'How long does bob wait from one KEEPALIVE to the next?',
      choices: ['1 second', '20 seconds', '5 minutes'],
      right: 1,
      after: { tab: 'sequence', peer: 'bob', atMs: 88_000 },
      explanation:
        'Every 20 seconds. Two may get lost, and bob is still in the room: the third comes within the 60 seconds.',
    },
    {
      before: { tab: 'chat', peer: 'carol', atMs: 32_000 },
      words: 'erin has joined ten seconds ago. carol’s list has four members, and erin is not on it.',
      question: 'When does carol learn of erin?',
      choices: ['With the answer to her next KEEPALIVE', 'Never', 'She must leave and join again'],
      right: 0,
      after: { tab: 'chat', peer: 'carol', atMs: 32_300 },
      explanation:
        'The room server speaks only when it is asked. But every MEMBERS that answers a KEEPALIVE is a whole, fresh list.',
    },
  ],
};

const CRASH: Lesson = {
  name: 'crash',
  title: 'A crash',
  steps: [
    {
      before: overlay('dave', 89_900),
      words: 'In a moment the power of carol’s host fails. It can’t say goodbye: no FIN, no RST.',
      question: 'Ten seconds later: which of the others knows of it?',
      choices: ['All of them', 'Those who have a link with carol', 'Nobody'],
      right: 2,
      after: { tab: 'chat', peer: 'dave', atMs: 99_900 },
      explanation:
        'A connection on which nothing comes looks like one on which nobody speaks. Nobody has written anything to carol, so nobody has missed an answer.',
    },
    {
      before: room('bob', 99_900),
      words: 'bob asks: “Is carol still there?”',
      question: 'Who gets it?',
      choices: ['Everybody but carol', 'Nobody: the room is broken', 'Only alice'],
      right: 0,
      after: room('bob', 100_300),
      explanation:
        'The room is one piece without carol, because there was more than one way. The frames to carol never arrive: their lines end on their way.',
    },
    {
      before: overlay('dave', 137_400),
      words:
        'What dave’s host has sent to carol is not acknowledged. Now dave gives up his forward link to her. The ring behind dave: carol, erin, bob, alice.',
      question: 'Whom does dave dial?',
      choices: ['erin', 'alice', 'carol, again and again'],
      right: 0,
      after: overlay('dave', 137_700),
      explanation: 'carol is off the list meanwhile. The next behind her is erin.',
    },
    {
      before: overlay('dave', 157_000),
      words: 'carol’s host has its power back, and carol has joined again. dave’s forward link goes to erin.',
      question: 'What does dave do?',
      choices: [
        'He keeps the link to erin',
        'He goes back to carol, and then closes the link to erin',
        'He closes the link to erin, and then dials carol',
      ],
      right: 1,
      after: overlay('dave', 160_000),
      explanation:
        'carol was a better choice that failed, so dave comes back to her when she answers. The old link is closed only when the new one is up: make before break.',
    },
  ],
};

const SPLIT: Lesson = {
  name: 'split',
  title: 'A split, and its healing',
  steps: [
    {
      before: room('dave', 199_900),
      words:
        'For ten seconds now the network has been in two halves: dave and erin in one; alice, bob, carol and the room server in the other. dave says: “We are cut off”.',
      question: 'Who hears dave before the network is whole again, at 3:50?',
      choices: ['Nobody', 'Only erin', 'Everybody'],
      right: 1,
      after: { tab: 'chat', peer: 'erin', atMs: 229_900 },
      explanation:
        'At first nobody: dave and erin have no link with each other. When erin’s own forward link is given up, she dials dave, who is the only one that can be reached, and gets what he has said.',
    },
    {
      before: { tab: 'chat', peer: 'dave', atMs: 229_900 },
      words: 'alice has asked “Where are the others?”, at 3:25. Now the network is whole again.',
      question: 'Does dave ever see alice’s question?',
      choices: [
        'No: it was said while he was away',
        'Yes: it is sent again over the links that mend the break',
        'Only if alice types it again',
      ],
      right: 1,
      after: { tab: 'chat', peer: 'dave', atMs: 236_000 },
      explanation:
        'A peer keeps the messages of the last ten minutes, and gives them to a member whose link comes up after a break. What the member has already, it drops as a duplicate.',
    },
    {
      before: overlay('bob', 289_900),
      words: 'A minute later. bob says: “Here we are again”.',
      question: 'How many of the other four get it?',
      choices: ['Two: the room stays in two pieces', 'Four: the two pieces have found together'],
      right: 1,
      after: room('bob', 290_400),
      explanation:
        'Peers that had passed over or lost a better choice keep trying it, and so pieces find together again by themselves.',
    },
  ],
};

/** In the order in which they are best taken. */
export const LESSONS: readonly Lesson[] = [JOINING, FORWARD_LINK, FLOODING, KEEPALIVE, CRASH, SPLIT];
