/** Raw neighbours whose links break and come up again, and what they and the peers were told meanwhile. */
import { type RawEnd, RawMember } from './raw.ts';
import type { PeerWorld, ScriptedConnection, TestPeer } from './world.ts';

/** TEXTs in what a raw neighbour has received, as `id:content`. */
export function textsIn({ received }: Pick<RawEnd | ScriptedConnection, 'received'>): string[] {
  return [...received.matchAll(/T:room:\d+:\w+:(\d+):\d+:([^:]*)::\r\n/g)].map(
    ([, id, content]) => `${id}:${content}`,
  );
}

export function counter({ peer }: TestPeer, name: string): number {
  return peer.status().counters[name] ?? 0;
}

export function noticesOf({ notices }: TestPeer, type: string) {
  return notices.filter((notice) => notice.type === type);
}

/** A peer and a raw member that is linked with it backward, and whom it has heard to say `id` messages. */
export function linkedRaw(world: PeerWorld, self: TestPeer, name: string, ip: string, messages: number) {
  const raw = new RawMember(world, name, ip).join();
  const link = raw.link(self);
  for (let id = 1; id <= messages; id += 1) link.send(raw.text(id, `${name} ${id}`));
  return { raw, link };
}

/** Breaks a raw neighbour's link as RST does. */
export function reset(world: PeerWorld, link: ScriptedConnection): void {
  link.connection.destroy();
  world.clock.advance(10);
}
