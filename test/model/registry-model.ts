/**
 * The room server's book of rooms in ten lines, and any implementation of `Registry` held to it: fast-check
 * makes up what connections ask, the model says what must be answered.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decode } from '../../src/protocol/decode.ts';
import type { MemberAddress } from '../../src/protocol/frames.ts';
import { hashId } from '../../src/protocol/hash-id.ts';
import type {
  DepartOutcome,
  JoinOutcome,
  Registry,
  RegistryLimits,
} from '../../src/room-server/registry/registry.ts';

/** Makes an empty registry. */
export type RegistryFactory = (limits: RegistryLimits) => Registry | Promise<Registry>;

const EXPIRY_MS = 60_000;
/** Places for everybody, and fewer than that. */
const LIMITS: readonly RegistryLimits[] = [
  { memberExpiryMs: EXPIRY_MS, roomsMax: 3, roomsPerFreeRoomMax: 1, roomMembersMax: 4 },
  { memberExpiryMs: EXPIRY_MS, roomsMax: 2, roomsPerFreeRoomMax: 1, roomMembersMax: 2 },
];
const ADDRESSES: readonly MemberAddress[] = [
  { user: 'alice', ip: '127.0.0.1', port: 5_001 },
  // Another name with the HID of alice.
  { user: 'alice1', ip: '27.0.0.1', port: 5_001 },
  { user: 'bob', ip: '127.0.0.1', port: 5_001 },
  { user: 'bob', ip: '127.0.0.1', port: 5_002 },
];

interface ModelMember {
  readonly room: string;
  readonly address: MemberAddress;
  readonly owner: string;
  heardMs: number;
}

function hidOf({ user, ip, port }: MemberAddress): string {
  return hashId(user, ip, port);
}

/** The ten lines. Members and rooms are listed newest first. */
class Model {
  members: ModelMember[] = [];
  rooms: string[] = [];
  nowMs = 0;
  readonly limits: RegistryLimits;

  constructor(limits: RegistryLimits) {
    this.limits = limits;
  }

  join(owner: string, room: string, address: MemberAddress): JoinOutcome['kind'] {
    if (this.members.some((member) => member.owner === owner && member.room !== room)) return 'other room';
    if (!this.rooms.includes(room)) {
      if (this.rooms.length === this.limits.roomsMax) return 'too many rooms';
      this.rooms.unshift(room);
    }
    const listed = this.members.filter((each) => each.room === room);
    const known = listed.find((each) => hidOf(each.address) === hidOf(address));
    if (!known && listed.length === this.limits.roomMembersMax) return 'room full';
    if (!known) this.members.unshift({ room, address, owner, heardMs: this.nowMs });
    else if (known.address.user !== address.user) return 'conflict';
    else known.heardMs = this.nowMs;
    return known ? 'refreshed' : 'added';
  }

  depart(owner: string, room: string, address: MemberAddress): DepartOutcome {
    const owned = this.members.filter((member) => member.owner === owner);
    if (owned.length > 0 && owned[0]?.room !== room) return 'wrong room';
    const left = owned.find((member) => member.address === address);
    this.members = this.members.filter((member) => member !== left);
    return left ? 'departed' : 'not in room';
  }

  removeConnections(owners: readonly string[]): void {
    this.members = this.members.filter(({ owner }) => !owners.includes(owner));
  }

  expire() {
    const members = this.members.filter(({ heardMs }) => this.nowMs - heardMs >= EXPIRY_MS);
    const connections = [...new Set(members.map(({ owner }) => owner))];
    this.removeConnections(connections);
    const rooms = this.rooms.filter((room) => this.members.every((member) => member.room !== room));
    this.rooms = this.rooms.filter((room) => !rooms.includes(room));
    return { members, connections, rooms };
  }
}

/** The registry, and every frame that it has handed out: they are shared, and must stay as they were. */
class Real {
  readonly registry: Registry;
  readonly #handed: { readonly frame: Buffer; readonly text: string }[] = [];

  constructor(registry: Registry) {
    this.registry = registry;
  }

  async groups(): Promise<readonly string[]> {
    const bytes = await this.registry.groups();
    assert.ok(Buffer.isBuffer(bytes));
    const frame = decode(this.#note(bytes));
    assert.ok(frame?.kind === 'GROUPS');
    return frame.rooms;
  }

  membersOf(outcome: JoinOutcome): readonly MemberAddress[] {
    assert.ok(outcome.kind === 'added' || outcome.kind === 'refreshed');
    const frame = decode(this.#note(outcome.members));
    assert.ok(frame?.kind === 'MEMBERS');
    return frame.members;
  }

  checkFrames(): void {
    for (const { frame, text } of this.#handed) assert.equal(frame.toString('latin1'), text);
  }

  #note(frame: Buffer): Buffer {
    this.#handed.push({ frame, text: frame.toString('latin1') });
    return frame;
  }
}

type Run = (model: Model, real: Real) => Promise<void>;

function command(name: string, run: Run): fc.AsyncCommand<Model, Real> {
  return { check: () => true, run, toString: () => name };
}

function words({ user, ip, port }: MemberAddress): string {
  return `${user}:${ip}:${port}`;
}

const connection = fc.constantFrom('1', '2', '3', '4');
const room = fc.constantFrom('red', 'green', 'blue');
const address = fc.constantFrom(...ADDRESSES);
const waitMs = fc.constantFrom(1, EXPIRY_MS / 2, EXPIRY_MS - 1, EXPIRY_MS);

const JOIN = fc.tuple(connection, room, address).map(([owner, name, who]) =>
  command(`J ${owner} ${name} ${words(who)}`, async (model, real) => {
    const kind = model.join(owner, name, who);
    const outcome = await real.registry.join(owner, { kind: 'JOIN', room: name, ...who }, model.nowMs);
    assert.equal(outcome.kind, kind);
    if (kind !== 'added' && kind !== 'refreshed') return;
    const members = model.members.filter((member) => member.room === name);
    assert.deepEqual(
      real.membersOf(outcome).map(words),
      members.map((member) => words(member.address)),
    );
  }),
);

const DEPART = fc.tuple(connection, room, address).map(([owner, name, who]) =>
  command(`D ${owner} ${name} ${words(who)}`, async (model, real) => {
    const outcome = model.depart(owner, name, who);
    assert.equal(await real.registry.depart(owner, { kind: 'DEPART', room: name, ...who }), outcome);
  }),
);

const CLOSE = connection.map((owner) =>
  command(`close ${owner}`, async (model, real) => {
    model.removeConnections([owner]);
    await real.registry.removeConnection(owner);
  }),
);

const EXPIRE = fc.constant(
  command('expire', async (model, real) => {
    const expected = model.expire();
    const { members, connections, rooms } = await real.registry.expire(model.nowMs);
    const silent = members.map((member) => `${member.connection} ${member.room} ${words(member.member)}`);
    const shouldBe = expected.members.map((each) => `${each.owner} ${each.room} ${words(each.address)}`);
    assert.deepEqual(silent.sort(), shouldBe.sort());
    assert.deepEqual([...connections].sort(), expected.connections.sort());
    assert.deepEqual([...rooms].sort(), expected.rooms.sort());
  }),
);

const SIZE = fc.constant(
  command('size', async (model, real) => {
    const size = { rooms: model.rooms.length, members: model.members.length };
    assert.deepEqual(await real.registry.size(), size);
  }),
);

const GROUPS = fc.constant(
  command('L', async (model, real) => assert.deepEqual(await real.groups(), model.rooms)),
);

const WAIT = waitMs.map((ms) =>
  command(`wait ${ms}`, async (model) => {
    model.nowMs += ms;
  }),
);

/**
 * Holds an implementation to the model, in so many plays.
 * @throws fast-check's report, with the shortest play that it has found, where one answer is not the model's.
 */
export async function holdToModel(createRegistry: RegistryFactory, numRuns = 500): Promise<void> {
  const plays = fc.commands([JOIN, JOIN, DEPART, CLOSE, EXPIRE, GROUPS, SIZE, WAIT], {
    maxCommands: 60,
    size: 'max',
  });
  const property = fc.asyncProperty(fc.constantFrom(...LIMITS), plays, async (limits, play) => {
    const real = new Real(await createRegistry(limits));
    await fc.asyncModelRun(() => ({ model: new Model(limits), real }), play);
    real.checkFrames();
  });
  await fc.assert(property, { numRuns });
}
