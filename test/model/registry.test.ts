/** Goal: whatever connections ask, in whatever order, the registry answers as ten lines of model do. */
import { describe, expect, test } from 'vitest';
import { MemoryRegistry } from '../../src/room-server/registry/memory-registry.ts';
import { holdToModel } from './registry-model.ts';

test('the registry in memory answers as the model', async () => {
  await holdToModel((limits) => new MemoryRegistry(limits));
});

describe('the model finds a registry', () => {
  test('that expires a member one millisecond late', async () => {
    const late = holdToModel(
      (limits) => new MemoryRegistry({ ...limits, memberExpiryMs: limits.memberExpiryMs + 1 }),
    );
    await expect(late).rejects.toThrow('Property failed');
  });

  test('that forgets nobody when a connection closes', async () => {
    class Forgetless extends MemoryRegistry {
      override removeConnection(): void {}
    }
    await expect(holdToModel((limits) => new Forgetless(limits))).rejects.toThrow('Property failed');
  });

  test('that gives a member to whoever refreshes it', async () => {
    class Generous extends MemoryRegistry {
      override join(...[connection, frame, nowMs]: Parameters<MemoryRegistry['join']>) {
        const outcome = super.join(connection, frame, nowMs);
        if (outcome.kind !== 'refreshed') return outcome;
        for (const owner of ['1', '2', '3', '4']) super.depart(owner, { ...frame, kind: 'DEPART' });
        return {
          ...super.join(connection, frame, nowMs),
          kind: 'refreshed' as const,
          members: outcome.members,
        };
      }
    }
    await expect(holdToModel((limits) => new Generous(limits))).rejects.toThrow('Property failed');
  });

  test('that changes a frame that it has handed out', async () => {
    class Scribbler extends MemoryRegistry {
      override depart(...asked: Parameters<MemoryRegistry['depart']>) {
        this.groups().fill('x', 2, 3);
        return super.depart(...asked);
      }
    }
    await expect(holdToModel((limits) => new Scribbler(limits))).rejects.toThrow('Property failed');
  });
});
