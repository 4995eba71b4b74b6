/**
 * What the tests of links and of flooding share: members that are on the list, and a peer that is linked with
 * three of them.
 */
import { dial, type RawConnection, type SceneOptions, setScene } from '../tools/raw.ts';
import { type Address, handshake, handshakeOk } from '../tools/wire.ts';

export const CAROL: Address = { user: 'carol', ip: '127.0.0.1', port: 9 };
export const DORA: Address = { user: 'dora', ip: '127.0.0.1', port: 10 };

/** On no list. */
export const NOBODY: Address = { user: 'nobody', ip: '127.0.0.1', port: 11 };

/** A connection that has sent this. */
export async function dialAndSend(port: number, frames: string): Promise<RawConnection> {
  const connection = await dial(port);
  connection.write(frames);
  return connection;
}

/** alice with a forward link to bob and backward links from carol and dora. */
export async function setLinkedScene(options: SceneOptions = {}) {
  const scene = await setScene({ ...options, others: ['bob'] });
  const { alice, server, others } = scene;
  const [bob] = others;
  if (!bob) throw new Error('no bob');
  server.members = [...server.members, CAROL, DORA];
  const toBob = await bob.forwardLink();
  const carols = await dialAndSend(alice.port, handshake(CAROL));
  await carols.waitForText(handshakeOk());
  // The list that she was found on has dora, too.
  const doras = await dialAndSend(alice.port, handshake(DORA));
  await doras.waitForText(handshakeOk());
  return { ...scene, bob, toBob, carols, doras };
}
