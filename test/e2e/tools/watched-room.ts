/** A room of two in which one peer writes what happens to a file, and a place for that file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMember, startRoomServer } from './program.ts';
import { closeBehindTest } from './teardown.ts';

/** A path in a folder of its own, which is removed behind the test. */
export function fileIn(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-file-'));
  closeBehindTest(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** A room with `bob` in it, and `alice`, who is started with these words and is linked to him. */
export async function watchedRoom(words: readonly string[]) {
  const server = await startRoomServer();
  const bob = await startMember({ server: server.port, name: 'bob' });
  const alice = await startMember({ server: server.port, name: 'alice', words });
  await bob.waitFor(/Backward link from alice|Forward link to alice/);
  return { server, bob, alice };
}
