/**
 * How other implementations tell that a TEXT has come before (PROTOCOL.md, "Other implementations on the
 * wire"), one kind for each way that was seen. Pure.
 *
 * Some of them lose messages by nature (the IDs of one origin silence another's, a restarted origin counts
 * from 0), some show a message twice that comes twice. What a world may expect of each stands beside it.
 */

/** What a peer remembers of the messages that it has had, and what it makes of it. */
export interface DuplicateCheck {
  /** True if a message is shown and passed on. It is remembered then. */
  isNew(originHid: string, msgId: number): boolean;
}

/** One kind of peers. */
interface OtherKindRules {
  /** What it takes for new, in words. */
  readonly words: string;
  /** It shows and passes on again what comes again, or some of that. */
  readonly showsAgain: boolean;
  /**
   * Which messages reach it, and everybody behind it: `all`; all but those of restarted `incarnations`, which
   * count from 0 again; or not even all of what is said once in a room where nothing breaks (`some`).
   */
  readonly passesOn: 'all' | 'all but new incarnations' | 'some';
  create(): DuplicateCheck;
}

/** Every kind by its name. */
export const OTHER_KINDS = {
  exact: {
    words: 'whose origin and ID it has never seen together',
    showsAgain: false,
    passesOn: 'all but new incarnations',
    create: exactSet,
  },
  greater: {
    words: 'whose ID is greater than the last of its origin',
    showsAgain: false,
    passesOn: 'some',
    create: () => comparedWithLast((msgId, last) => msgId > last),
  },
  counter: {
    words: 'whose ID is greater than the last of all origins together',
    showsAgain: false,
    passesOn: 'some',
    create: oneCounter,
  },
  next: {
    words: 'whose ID is the last of its origin + 1',
    showsAgain: false,
    passesOn: 'some',
    create: () => comparedWithLast((msgId, last) => msgId === last + 1),
  },
  'not-below': {
    words: 'whose ID is not below the last of its origin: the very last one again',
    showsAgain: true,
    passesOn: 'some',
    create: () => comparedWithLast((msgId, last) => msgId >= last),
  },
  'not-last': {
    words: 'whose ID is not the last of its origin: any older one again',
    showsAgain: true,
    passesOn: 'all but new incarnations',
    create: () => comparedWithLast((msgId, last) => msgId !== last),
  },
  none: {
    words: 'that comes: it compares with nothing',
    showsAgain: true,
    passesOn: 'all',
    create: () => ({ isNew: () => true }),
  },
} as const satisfies Record<string, OtherKindRules>;

/** Name of a kind. */
export type OtherKind = keyof typeof OTHER_KINDS;

/** All kinds, in the order of the table. */
export const OTHER_KIND_NAMES = Object.keys(OTHER_KINDS) as readonly OtherKind[];

/**
 * True if all messages that reach such a peer are shown and passed on by it. @param hasRestarts of anybody.
 */
export function passesAllOn(kind: OtherKind, hasRestarts: boolean): boolean {
  const { passesOn } = OTHER_KINDS[kind];
  return passesOn === 'all' || (passesOn === 'all but new incarnations' && !hasRestarts);
}

function exactSet(): DuplicateCheck {
  const seen = new Set<string>();
  return {
    isNew: (originHid, msgId) => {
      const key = `${originHid} ${msgId}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    },
  };
}

/** The last ID of each origin is remembered, and nothing else; an origin's first message is new. */
function comparedWithLast(isNew: (msgId: number, last: number) => boolean): DuplicateCheck {
  const lastOf = new Map<string, number>();
  return {
    isNew: (originHid, msgId) => {
      const last = lastOf.get(originHid);
      if (last !== undefined && !isNew(msgId, last)) return false;
      lastOf.set(originHid, msgId);
      return true;
    },
  };
}

function oneCounter(): DuplicateCheck {
  let last = -1;
  return {
    isNew: (_originHid, msgId) => {
      if (msgId <= last) return false;
      last = msgId;
      return true;
    },
  };
}
