#!/usr/bin/env node
/**
 * The entry: reads the command line, then loads and runs what was asked for. Ends by itself when that has
 * released everything; exit codes 0 (quit), 1 (could not run, or a fault of the program), 2 (wrong usage).
 */
import { isAnswered, parseArguments } from './cli/arguments.ts';
import { EXIT, isExpected } from './cli/errors.ts';
import { complain, guardStandardStreams, installLastResort } from './cli/trouble.ts';

async function main(words: readonly string[]): Promise<void> {
  const task = parseArguments(words);
  if (task.type === 'peer') await (await import('./cli/run-peer.ts')).runPeer(task.arguments);
  if (task.type === 'room-server')
    await (await import('./cli/run-room-server.ts')).runRoomServer(task.arguments);
  if (task.type === 'demo') await (await import('./cli/run-demo.ts')).runDemo(task.arguments);
  if (task.type === 'simulate') {
    process.exitCode = await (await import('./cli/run-simulate.ts')).runSimulate(task.arguments);
  }
}

guardStandardStreams();
installLastResort();
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (isAnswered(error)) {
    process.exitCode = error.exitCode === 0 ? EXIT.quit : EXIT.wrongUsage;
  } else if (isExpected(error)) {
    complain(error.message);
    process.exitCode = EXIT.couldNotRun;
  } else {
    throw error;
  }
}
