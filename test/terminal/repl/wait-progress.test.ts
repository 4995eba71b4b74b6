/** Goal: the prompt says what is waited for once that takes longer than a second, and nothing before. */
import { describe, expect, it } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import type { Dialling } from '../../../src/peer/peer-api.ts';
import { WaitProgress } from '../../../src/terminal/repl/wait-progress.ts';
import { CONNECTED, FakePeer, START } from '../fake-peer.ts';
import { connected, started } from './repl-sessions.ts';

const NAMED = { ...START, state: 'NAMED', user: 'alice' } as const;
const JOINING = { ...NAMED, pending: ['JOIN'] } as const;
const JOINED = { ...CONNECTED, state: 'JOINED', links: [] } as const;

function watched() {
  const clock = new StepClock();
  const peer: { dialling: Dialling | null } = new FakePeer();
  let status: Parameters<WaitProgress['look']>[0] = NAMED;
  const said: (string | null)[] = [];
  const progress: WaitProgress = new WaitProgress(peer, clock, () => said.push(progress.look(status)));
  const become = (next: typeof status) => {
    status = next;
    said.push(progress.look(status));
  };
  return { clock, peer, said, progress, become };
}

describe('what the user waits for', () => {
  it('is a Join, after a second of it, until it is answered', () => {
    const { clock, said, become } = watched();
    become(JOINING);
    clock.advance(999);
    expect(said).toEqual([null]);
    clock.advance(2_001);
    expect(said).toEqual([null, 'joining', 'joining', 'joining']);
    become(NAMED);
    expect(said.at(-1)).toBeNull();
    expect(clock.pending).toBe(0);
  });

  it('is the member that is dialled, also where the search begins later', () => {
    const { clock, peer, said, become, progress } = watched();
    become(JOINED);
    clock.advance(5_000);
    expect(new Set(said)).toEqual(new Set([null]));
    peer.dialling = { user: 'dave', number: 3, count: 20 };
    clock.advance(2_000);
    expect(said.at(-1)).toBe('trying dave, 3 of 20');
    peer.dialling = { user: 'erin', number: 4, count: 20 };
    clock.advance(1_000);
    expect(said.at(-1)).toBe('trying erin, 4 of 20');
    peer.dialling = null;
    clock.advance(1_000);
    expect(said.at(-1)).toBeNull();
    progress.stop();
    expect(clock.pending).toBe(0);
  });

  it('is nothing while there is a link to talk over', () => {
    const { clock, peer, said, become } = watched();
    peer.dialling = { user: 'dave', number: 1, count: 2 };
    become(CONNECTED);
    clock.advance(5_000);
    expect(said).toEqual([null]);
  });
});

describe('in a terminal', () => {
  it('stands at the prompt, in place of the next step', async () => {
    const session = await started();
    session.control.tell({ do: 'become', status: NAMED });
    await session.shows(['NAMED alice (/join ROOM)>']);
    session.control.tell({ do: 'become', status: JOINING });
    await session.shows(['NAMED alice joining…>']);
    session.type('typed meanwhile');
    session.control.tell({ do: 'become', status: CONNECTED });
    await session.shows(['CONNECTED room1 alice> typed meanwhile']);
  });

  it('keeps no process alive', async () => {
    const session = await connected();
    session.control.tell({ do: 'become', status: JOINED });
    session.type('/quit\r');
    await session.exits(0);
  });
});
