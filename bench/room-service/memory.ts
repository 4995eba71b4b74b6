/**
 * What members cost in memory: Redis for each member of rooms of 100, and a room server for each connection
 * with a member. For the arithmetic of docs/ROOM-SERVICE.md.
 *
 *   npm run build && npx tsx bench/room-service/memory.ts
 */
import { createClient } from 'redis';
import { Load } from './load.ts';
import { Measured } from './processes.ts';

const MEMBERS = 8_000;
const CONNECTIONS = 4_000;

async function usedBytes(port: number): Promise<number> {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  const used = /used_memory:(\d+)/.exec(await client.info('memory'))?.[1];
  client.destroy();
  return Number(used);
}

async function perMember(membersPerRoom: number): Promise<void> {
  const redis = await Measured.redis();
  const server = await Measured.roomServer(`redis://127.0.0.1:${redis.port}`);
  const before = await usedBytes(redis.port);
  const rooms = MEMBERS / membersPerRoom;
  // A connection for each ten members: a tenth of what single members need for their connections is left out.
  const load = new Load({ name: '', rooms, membersPerRoom, connectionsPerRoom: membersPerRoom / 10 }, [
    server.port,
  ]);
  await load.fill();
  const bytes = (await usedBytes(redis.port)) - before;
  console.log(`Redis, rooms of ${membersPerRoom}: ${Math.round(bytes / MEMBERS)} bytes a member`);
  load.close();
  await server.close();
  await redis.close();
}

async function perConnection(): Promise<void> {
  const server = await Measured.roomServer('memory');
  const shape = { name: '', rooms: CONNECTIONS / 100, membersPerRoom: 100, connectionsPerRoom: 100 };
  const before = server.residentBytes();
  const load = new Load(shape, [server.port]);
  await load.fill();
  await load.fill();
  const bytes = server.residentBytes() - before;
  console.log(`room server: ${Math.round(bytes / CONNECTIONS / 1_000)} kB a connection with a member`);
  load.close();
  await server.close();
}

await perMember(100);
await perMember(1_000);
await perConnection();
