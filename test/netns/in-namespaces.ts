/** Tests that need network namespaces: skipped with the reason where there are none, closed in any case. */
import { test } from 'vitest';
import { namespacesRefusal } from './namespaces.ts';
import { RoomInNamespaces } from './room-in-namespaces.ts';

/** True where the long ones are wanted: faults of a minute with the program's own limits. */
export const IS_FULL = process.env.P2PCHAT_NETNS === 'full';

const refusal = namespacesRefusal();
if (refusal !== undefined) process.stderr.write(`Skipped, ${refusal}.\n`);

/** A test with a room of its own; several of one file run at the same time. */
export function testInRoom(
  goal: string,
  timeoutMs: number,
  run: (room: RoomInNamespaces) => Promise<void>,
): void {
  test.skipIf(refusal !== undefined).concurrent(goal, { timeout: timeoutMs }, async () => {
    const room = await RoomInNamespaces.open();
    try {
      await run(room);
    } finally {
      await room.close();
    }
  });
}

/** Resolves after so long: a fault has a length. */
export function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
