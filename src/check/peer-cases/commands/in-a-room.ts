/** Cases of section 2.2: [Send] and [Quit]. */
import { CHECK_QUIT_MS } from '../../../limits/check.ts';
import { quoted } from '../../../words/quoted.ts';
import type { CaseWords } from '../../case.ts';
import { CannotCheckError, CheckFailure } from '../../failure.ts';
import { type PeerStage, ROOM, USER } from '../../stage/peer-stage.ts';
import { expectMessage, expectMessageCount } from '../../stage/shown.ts';
import { isFreePort } from '../../wire/ports.ts';
import { twoLinks } from '../links.ts';

/** [Send]. */
export const SEND_BUTTON: readonly CaseWords<PeerStage>[] = [
  {
    title: 'Send: empty input is ignored',
    contract: 'Send: empty input is ignored; nothing goes over the wire.',
    lookFor: '[Send] with nothing in the field',
    mark: 'Send',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      stage.program.press('send', '');
      stage.program.press('send', 'not empty');
      const { skipped } = await stage.text(link, 'not empty', 'after [Send]');
      const [frame] = skipped;
      if (frame) throw new CheckFailure(`Empty input was sent: ${quoted(frame.bytes)}.`, { frame });
    },
  },
  {
    title: 'Send: the message is shown here with the own name',
    contract: 'The message is shown in the Message window with the name of the user.',
    lookFor: '[Send]: MsgWin.insert() of the own message',
    mark: 'Send',
    run: async (stage) => {
      const { link } = await stage.linked(1);
      const mark = stage.program.mark;
      stage.program.press('send', 'seen by me');
      await stage.text(link, 'seen by me', 'after [Send]');
      await expectMessage(stage, mark, [USER, 'seen by me']);
      await expectMessageCount(stage, mark, 'seen by me', 1);
    },
  },
  {
    title: 'Send: the message goes over every link, once',
    contract: 'CONNECTED: a TEXT goes to every link, forward and backward.',
    lookFor: '[Send] that leaves out backward links, or writes twice to one',
    mark: 'Send',
    run: async (stage) => {
      const { forward, backward } = await twoLinks(stage);
      stage.program.press('send', 'to all');
      stage.program.press('send', 'and more');
      for (const link of [forward, backward]) {
        await stage.text(link, 'to all', 'after [Send]');
        const { skipped } = await stage.text(link, 'and more', 'after [Send]');
        const [frame] = skipped;
        if (frame)
          throw new CheckFailure(`${link.owner} got a TEXT twice: ${quoted(frame.bytes)}.`, { frame });
      }
    },
  },
];

/** Waits for the end of the program. */
async function ended(stage: PeerStage): Promise<void> {
  if (stage.program.isByHand)
    throw new CannotCheckError('A program that was started by hand has no exit code.');
  const { program } = stage;
  const exit = await stage.tape.until(
    () => program.exit,
    () => Math.max(CHECK_QUIT_MS, stage.patienceMs()),
  );
  if (!exit) throw new CheckFailure(`The program still runs ${CHECK_QUIT_MS / 1_000} s after [Quit].`);
  if (exit.code !== 0)
    throw new CheckFailure(
      `The program has ended with ${exit.signal ?? `exit code ${exit.code}`}, not with 0.`,
    );
}

/** [Quit]. */
export const QUIT_BUTTON: readonly CaseWords<PeerStage>[] = [
  {
    title: 'Quit: before Join the program ends with exit code 0',
    contract: 'Quit from every state: exit code 0.',
    lookFor: 'threads that keep the process, sockets that do not exist yet and are closed all the same',
    mark: 'Quit',
    run: async (stage) => {
      const program = stage.start();
      program.press('list');
      await stage.request('LIST');
      program.press('quit');
      await ended(stage);
    },
  },
  {
    title: 'Quit: all connections are closed',
    contract: 'Quit closes all TCP connections: the room server, the forward link and backward links.',
    lookFor: '[Quit]: every socket that was opened or accepted',
    mark: 'Quit',
    run: async (stage) => {
      const { forward, backward } = await twoLinks(stage);
      const server = stage.server.links[0];
      stage.program.press('quit');
      for (const link of [forward, backward, ...(server ? [server] : [])])
        if (!(await stage.tape.until(() => link.ended, stage.patienceMs)))
          throw new CheckFailure(`The connection with ${link.owner} is still open after [Quit].`);
    },
  },
  {
    title: 'Quit: the program ends with exit code 0, and its port is free',
    contract: 'Quit releases everything, exit code 0.',
    lookFor: 'threads that wait in accept(), recv() or recvfrom(), and a listening socket that stays open',
    mark: 'Quit',
    run: async (stage) => {
      await twoLinks(stage);
      stage.program.press('quit');
      await ended(stage);
      if (!(await isFreePort(stage.port)))
        throw new CheckFailure(`Port ${stage.port} is still in use after the end of the program in ${ROOM}.`);
    },
  },
];
