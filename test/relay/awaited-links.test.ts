/** Goal: who waits until links have taken what they were given is told once, and no earlier. */
import { expect, test } from 'vitest';
import { AwaitedLinks } from '../../src/relay/flow/awaited-links.ts';

class FakeLink {
  given = 0;
  taken = 0;
  mark(): () => boolean {
    const upTo = this.given;
    return () => this.taken >= upTo;
  }
}

function waited(awaited: AwaitedLinks, links: readonly FakeLink[]): { told: number; over: boolean } {
  const seen = { told: 0, over: false };
  awaited.taken(links).subscribe({
    next: () => {
      seen.told += 1;
    },
    complete: () => {
      seen.over = true;
    },
  });
  return seen;
}

test('where nothing waits it is told at once', () => {
  expect(waited(new AwaitedLinks(), [])).toEqual({ told: 1, over: true });
  expect(waited(new AwaitedLinks(), [new FakeLink()])).toEqual({ told: 1, over: true });
});

test('it is told when the last link has taken what it was given until then, and not what came later', () => {
  const awaited = new AwaitedLinks();
  const links = [new FakeLink(), new FakeLink()];
  for (const link of links) link.given = 10;
  const first = waited(awaited, links);
  for (const link of links) link.given = 30;
  const second = waited(awaited, links);
  const [one, other] = links as [FakeLink, FakeLink];
  one.taken = 30;
  awaited.look();
  expect([first, second]).toEqual([
    { told: 0, over: false },
    { told: 0, over: false },
  ]);
  other.taken = 9;
  awaited.look();
  expect(first.told).toBe(0);
  other.taken = 10;
  awaited.look();
  expect([first, second]).toEqual([
    { told: 1, over: true },
    { told: 0, over: false },
  ]);
  other.taken = 30;
  awaited.look();
  awaited.look();
  expect(second).toEqual({ told: 1, over: true });
});
