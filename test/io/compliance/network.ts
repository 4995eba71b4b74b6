/**
 * What every `Network` must do, as tests that run against any of them: the machines above are tested in the
 * simulation only because these say that it behaves as the real network does.
 */
import { afterEach, beforeEach, describe } from 'vitest';
import { Bench, type NetworkLab } from './bench.ts';
import { acknowledgementTests, backPressureTests, bytesTests } from './bytes.ts';
import { closingTests } from './closing.ts';
import { connectingTests, listeningTests, nameTests } from './connections.ts';
import { addressTests, datagramTests } from './datagrams.ts';

/** Registers the tests for one implementation. */
export function describeNetwork(name: string, createLab: () => Promise<NetworkLab>): void {
  describe(name, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = new Bench(await createLab());
    });
    afterEach(() => bench.close());
    const the = (): Bench => bench;

    describe('connecting', () => connectingTests(the));
    describe('bytes', () => bytesTests(the));
    describe('back-pressure', () => backPressureTests(the));
    describe('the end of a connection', () => closingTests(the));
    describe('acknowledgements', () => acknowledgementTests(the));
    describe('the addresses of this host', () => addressTests(the));
    describe('listening', () => listeningTests(the));
    describe('datagrams', () => datagramTests(the));
    describe('names', () => nameTests(the));
  });
}
