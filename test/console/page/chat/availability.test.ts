/** The page forbids a button exactly where the user machine refuses its command whatever is typed. */
import { describe, expect, test } from 'vitest';
import {
  BUTTONS,
  type ButtonName,
  defaultButton,
  type Situation,
  whyNot,
} from '../../../../src/console/page/views/chat/controls/availability.ts';
import type { UserEvent } from '../../../../src/machines/user/events.ts';
import type { UserState } from '../../../../src/words/notices.ts';
import type { Cast } from '../../../model/tour/stage.ts';
import { toldState, UserModel } from '../../../model/tour/user-model.ts';

const address = (user: string, port: number) => ({ user, ip: '127.0.0.1', port });

const CAST: Cast = {
  alice: address('alice', 5001),
  bob: address('bob', 5002),
  callers: [address('carol', 5003)],
  stranger: address('mallory', 5004),
};

/** A command that nothing but the state can refuse. */
const FAULTLESS: Readonly<Record<ButtonName, UserEvent>> = {
  USER: { type: 'USER', name: 'alice' },
  LIST: { type: 'LIST' },
  JOIN: { type: 'JOIN', room: 'tea' },
  SEND: { type: 'SEND', text: 'hello' },
  POKE: { type: 'POKE', name: 'bob' },
  QUIT: { type: 'QUIT' },
};

const NAMED: UserEvent[] = [FAULTLESS.USER];
const JOINING: UserEvent[] = [...NAMED, FAULTLESS.JOIN];
const JOINED: UserEvent[] = [...JOINING, { type: 'ROOM_JOINED' }];
const CONNECTED: UserEvent[] = [
  ...JOINED,
  { type: 'BACKWARD_LINKED', link: 'backward-1', member: { ...CAST.bob, hid: '2' } },
];

const WAYS: Readonly<Record<string, readonly UserEvent[]>> = {
  START: [],
  'NAMED.IDLE': NAMED,
  'NAMED.JOINING': JOINING,
  JOINED,
  CONNECTED,
  TERMINATED: [FAULTLESS.QUIT],
};

function modelAfter(way: readonly UserEvent[]): UserModel {
  const model = new UserModel(CAST);
  for (const event of way) model.send(event);
  return model;
}

/** What the page would be told of it (src/peer/peer.ts). */
function situationOf(model: UserModel): Situation {
  const { user, room } = model.state.context;
  const state = toldState(model.state).split('.')[0] as UserState;
  const pending = model.is('NAMED.JOINING') ? (['JOIN'] as const) : [];
  return { state, user, room, pending };
}

function isRefusedByMachine(way: readonly UserEvent[], button: ButtonName): boolean {
  const model = modelAfter(way);
  if (model.isOver) return true;
  model.send(FAULTLESS[button]);
  return model.state.actions.some(({ type }) => type.startsWith('refuse'));
}

describe.each(Object.entries(WAYS))('in %s', (place, way) => {
  test('the way leads there', () => {
    expect(modelAfter(way).place).toContain(place);
  });

  test.each(BUTTONS)('%s is forbidden where the machine refuses it, and a reason is given', (button) => {
    const reason = whyNot(situationOf(modelAfter(way)), button);
    expect(reason !== null).toBe(isRefusedByMachine(way, button));
    if (reason !== null) expect(reason).toMatch(/\w.*\.$/);
  });
});

test('Enter leads on in the state diagram, and sends in a room', () => {
  const leads = Object.values(WAYS).map((way) => defaultButton(situationOf(modelAfter(way))));
  expect(leads).toEqual(['USER', 'JOIN', 'JOIN', 'SEND', 'SEND', 'SEND']);
});
