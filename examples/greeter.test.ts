/** How a bot is tested: in a room in memory, and an actor in whole worlds with faults in them. */
import { drawPlan, runWorld } from 'p2pchat/simulation';
import { TestRoom } from 'p2pchat/testing';
import { expect, test } from 'vitest';
import { greet } from './greeter.ts';

test('who comes after the greeter is greeted once', async () => {
  await using room = await TestRoom.open();
  const greeter = await room.join('greeter');
  const greeting = greet(greeter);
  const ada = await room.join('ada');
  const heard: string[] = [];
  ada.messages.subscribe(({ text }) => heard.push(text));
  // A member list is 20 s old at most.
  await room.advance(25_000);
  await room.join('bob');
  await room.advance(25_000);
  expect(heard).toEqual(['Welcome, ada!', 'Welcome, bob!']);
  await room.until(greeter.close());
  await greeting;
});

test('an actor that answers in worlds with crashes and splits breaks none of the invariants', () => {
  let answers = 0;
  for (let seed = 1; seed <= 5; seed += 1) {
    const plan = drawPlan(seed, { minutes: 0.5, peers: 4, faults: ['crash', 'split'] });
    const { recording } = runWorld(plan, {
      actor: ({ name, notices, say }) => {
        if (name !== plan.peers[0]?.name) return;
        notices.subscribe((notice) => {
          if (notice.type !== 'text' || notice.own) return;
          if (say(`${name} has heard: ${notice.content}`)) answers += 1;
        });
      },
    });
    expect(recording.violations).toEqual([]);
  }
  expect(answers).toBeGreaterThan(0);
});
