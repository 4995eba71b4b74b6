/** Cases of section 2.4 and 2.5: whom the program dials, and what it does when that fails. */
import { CHECK_RETRY_MS, CHECK_SILENT_NEIGHBOUR_MS } from '../../../limits/check.ts';
import { compareHashIds, hashId } from '../../../protocol/hash-id.ts';
import { LOOPBACK } from '../../../protocol/names.ts';
import type { CaseWords } from '../../case.ts';
import { CheckFailure } from '../../failure.ts';
import { ACCEPT, type Neighbour } from '../../stage/neighbour.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { apart, caller } from '../links.ts';
import { nameFor } from '../wire/frames.ts';

const retrying = () => CHECK_RETRY_MS;

/** The first member that is dialled has to be this one. */
async function dialsFirst(stage: PeerStage, members: readonly Neighbour[], user: string): Promise<void> {
  const link = await stage.forwardLink(members);
  const [wanted] = members;
  if (link.owner === wanted?.user) return;
  const own = `${user} ${hashId(user, LOOPBACK, stage.port)}`;
  const ring = members.map((member) => `${member.user} ${member.hid}`).join(', ');
  throw new CheckFailure(
    `It has dialled ${link.owner}; the member behind it on the ring is ${wanted?.user}. Its HID: ${own}; then come ${ring}.`,
  );
}

const hidOf = (user: string, port: number) => hashId(user, LOOPBACK, port);

/**
 * A name with a HID of 18 digits, 36…; the members have 24… of 19 digits and 17… of 20: as strings, both are
 * less.
 */
const SHORT_HID = 'trudy';

async function shorterHids(stage: PeerStage): Promise<[Neighbour, Neighbour]> {
  return [await stage.neighbour('mia'), await stage.neighbour('carol')];
}

/** See above. */
export const FORWARD_LINK: readonly CaseWords<PeerStage>[] = [
  {
    title: 'the next member in the order of HIDs is dialled',
    contract: 'Members sorted by HID; for start = X+1, X+2, … connect and shake hands.',
    lookFor: 'the sdbm of the others, the sort, and the index that the search begins at',
    mark: 'Normal',
    run: async (stage) => {
      const members = await stage.cast(4);
      await stage.join();
      await dialsFirst(stage, members, USER);
    },
  },
  {
    title: 'behind the last HID comes the first',
    contract: 'The search wraps around.',
    lookFor: '(start + 1) % size: also where start begins',
    run: async (stage) => {
      const opened = await stage.cast(3);
      const isLast = (name: string) =>
        opened.every(({ hid }) => compareHashIds(hidOf(name, stage.port), hid) > 0);
      const user = nameFor(isLast);
      const members = opened.toSorted((one, other) => compareHashIds(one.hid, other.hid));
      await stage.join(user);
      await dialsFirst(stage, members, user);
    },
  },
  {
    title: 'HIDs are sorted as numbers',
    contract:
      'Members sorted by HID, numerically: 36… of 18 digits is less than 24… of 19, and that less than 17… of 20.',
    lookFor: 'HIDs that are kept and sorted as strings',
    run: async (stage) => {
      const members = await shorterHids(stage);
      await stage.join(SHORT_HID);
      await dialsFirst(stage, members, SHORT_HID);
    },
  },
  {
    title: 'alone in a room it dials nobody',
    contract: 'The search goes round until the own index comes up again: nobody dials itself.',
    lookFor: 'the end of the search loop: the own HID',
    run: async (stage) => {
      await stage.join();
      stage.program.press('list');
      await stage.request('LIST');
      const mark = await stage.settled();
      // Whoever dials itself shakes hands with itself, and has a link: a message would go out, and come back.
      stage.program.press('send', 'alone here');
      await stage.settled();
      const shown = stage.program.messagesSince(mark).split('alone here').length - 1;
      if (shown > 1)
        throw new CheckFailure(`A message that was sent alone in a room is shown ${shown} times.`);
    },
  },
  {
    title: 'who refuses the connection is passed over',
    contract: 'On failure the search goes on with the next member.',
    lookFor: 'an exception of connect() that ends the search',
    run: async (stage) => {
      const members = await stage.cast(3);
      members[0]?.stopListening();
      await stage.join();
      await stage.next(await stage.forwardLink(members.slice(1)), 'HANDSHAKE', 'after connecting');
    },
  },
  {
    title: 'who closes in place of S is passed over',
    contract: 'On any error no answer, the connection is closed: the search goes on with the next member.',
    lookFor: 'recv() that returns nothing while S is waited for',
    run: async (stage) => {
      const members = await stage.cast(3);
      const [first] = members;
      if (first) first.onFrame = (_frame, link) => link.close();
      await stage.join();
      await stage.next(await stage.forwardLink(members.slice(1)), 'HANDSHAKE', 'after the first one closed');
    },
  },
  {
    title: 'who answers nothing to P is passed over',
    contract: 'A handshake that is never answered is a failure: the search goes on.',
    lookFor: 'recv() without a time-out while S is waited for',
    level: 'should',
    isLong: true,
    run: async (stage) => {
      const members = await stage.cast(3);
      const [first] = members;
      if (first) first.onFrame = () => {};
      await stage.join();
      await stage.forwardLink(members.slice(1), 'another member', () => CHECK_SILENT_NEIGHBOUR_MS);
    },
  },
  {
    title: 'there is one forward link at most',
    contract: 'At most one forward link at any time.',
    lookFor: 'the jump out of the search loop once S has come',
    mark: 'Normal',
    run: async (stage) => {
      const { members, link } = await stage.linked(4);
      stage.program.press('send', 'linked once');
      await stage.text(link, 'linked once', 'after [Send]');
      await stage.settled();
      const dialled = members.filter(({ accepted }) => accepted.length > 0).map(({ user }) => user);
      if (dialled.length > 1) throw new CheckFailure(`It has connected to ${dialled.join(' and ')}.`);
    },
  },
  {
    title: 'a member with a backward link is not dialled',
    contract: 'The search skips a member that has a backward link to us.',
    lookFor: 'the check for an existing connection in the search loop',
    isLong: true,
    run: async (stage) => {
      const members = await stage.castPair();
      const [bob, carol] = members;
      for (const member of members) member.stopListening();
      await stage.join();
      await stage.backward(bob);
      for (const member of members) await member.listen();
      await stage.forwardLink([carol], 'the member without a link', retrying);
      if (bob.accepted.length > 0)
        throw new CheckFailure(`It has dialled ${bob.user}, which has a link to it, before ${carol.user}.`);
    },
  },
  {
    title: 'a forward link that is lost is replaced',
    contract: 'When the forward link is lost, search again.',
    lookFor: 'what happens when recv() of the forward link returns nothing',
    mark: 'Leaving',
    isLong: true,
    run: async (stage) => {
      const { members, link } = await stage.linked(3);
      const lost = members.find(({ user }) => user === link.owner);
      const others = members.filter((member) => member !== lost);
      lost?.stopListening();
      if (lost) stage.server.remove(lost);
      link.close();
      await stage.next(
        await stage.forwardLink(others, 'another member', retrying),
        'HANDSHAKE',
        'after that',
      );
    },
  },
  {
    title: 'a search that finds nobody is repeated',
    contract: 'When all are exhausted: report it and schedule a retry.',
    lookFor: 'the end of the search loop without a link: a timer, or the next KEEPALIVE',
    isLong: true,
    run: async (stage) => {
      const bob = await caller(stage);
      await stage.settled();
      await bob.listen();
      await stage.forwardLink([bob], 'the only member, which refused at first,', retrying);
    },
  },
];

/** A member that dials the program while the program dials it. */
async function crossed(stage: PeerStage, bob: Neighbour) {
  bob.onFrame = () => {};
  await stage.join();
  const forward = await stage.forwardLink([bob]);
  await stage.next(forward, 'HANDSHAKE', 'after connecting');
  const backward = await stage.backward(bob);
  forward.send(ACCEPT);
  return { forward, backward };
}

/** Section 2.5. */
export const CROSSING: readonly CaseWords<PeerStage>[] = [
  {
    title: 'a P is answered while the own P waits for its S',
    contract: 'Both answer every P of a member with S.',
    lookFor: 'accept() that waits until the own search is over: two programs that wait for each other',
    run: async (stage) => {
      const [bob] = await stage.cast(1);
      if (bob) await crossed(stage, bob);
    },
  },
  {
    title: 'messages go on over crossed links, and are shown once',
    contract: 'Other implementations keep both links for ever: what comes twice is a duplicate.',
    lookFor: 'the check for known messages, over whichever link they come',
    run: async (stage) => {
      const bob = await stage.castOne();
      const { backward } = await crossed(stage, bob);
      const mark = stage.program.mark;
      const again = bob.text(ROOM, 1, 'crossed over');
      await apart(stage, backward, again, again, bob.text(ROOM, 2, 'and done'));
      await stage.tape.until(
        () => (stage.program.messagesSince(mark).includes('and done') ? true : undefined),
        stage.patienceMs,
      );
      const shown = stage.program.messagesSince(mark).split('crossed over').length - 1;
      if (shown !== 1) throw new CheckFailure(`A message that came twice is shown ${shown} times.`);
    },
  },
  {
    title: 'the higher HID gives up its own link',
    contract: 'The one with the higher HID closes its own forward link at once, and goes on searching.',
    lookFor: 'a forward link and a backward link with one member: one is enough',
    level: 'should',
    run: async (stage) => {
      const bob = await stage.castOne();
      const user = nameFor((name) => compareHashIds(hidOf(name, stage.port), bob.hid) > 0);
      bob.onFrame = () => {};
      await stage.join(user);
      const forward = await stage.forwardLink([bob]);
      await stage.next(forward, 'HANDSHAKE', 'after connecting');
      await stage.backward(bob);
      forward.send(ACCEPT);
      await stage.closed(forward, 'although there is a backward link with the same member');
    },
  },
];
