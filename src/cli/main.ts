/**
 * Reads the command line, then loads and runs what was asked for. Resolves when that has released everything;
 * exit codes 0 (quit), 1 (could not run, or a fault of the program), 2 (wrong usage).
 */
import { type DemoArguments, isAnswered, parseArguments, type SimulateArguments } from './arguments.ts';
import type { CheckTask } from './check/check-arguments.ts';
import { EXIT, isExpected } from './errors.ts';
import { complain, guardStandardStreams, installLastResort } from './process/trouble.ts';

/** Runs the program. Rejects only with what is a bug, or with a system that has no files left to open. */
export async function main(words: readonly string[]): Promise<void> {
  guardStandardStreams();
  installLastResort();
  try {
    await run(words);
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
}

async function run(words: readonly string[]): Promise<void> {
  const task = parseArguments(words);
  if (task.type === 'peer') await (await import('./run/run-peer.ts')).runPeer(task.arguments);
  if (task.type === 'room-server')
    await (await import('./run/run-room-server.ts')).runRoomServer(task.arguments);
  if (task.type === 'demo') await runDemo(task.arguments);
  if (task.type === 'replay') await (await import('./run/run-replay.ts')).runReplay(task.arguments);
  if (task.type === 'config') {
    const { settingsLines } = await import('./settings/settings.ts');
    process.stdout.write(`${settingsLines(process.env).join('\n')}\n`);
  }
  if (task.type === 'lessons') await (await import('./run/run-lessons.ts')).runLessons(task.arguments);
  if (task.type === 'simulate') await runSimulate(task.arguments);
  if (task.type === 'check-peer' || task.type === 'check-server' || task.type === 'decode')
    await runCheck(task);
}

/** Over real sockets, or in the simulation. */
async function runDemo(given: DemoArguments): Promise<void> {
  const { simulatedSeed: seed, peers } = given;
  if (seed === undefined) {
    await (await import('./run/run-demo.ts')).runDemo(given);
    return;
  }
  const { runSimulatedRoom } = await import('./run/run-simulated-room.ts');
  await runSimulatedRoom({ ...given, origin: { seed, kind: 'quiet', peers, minutes: QUIET_MINUTES } });
}

/** Many worlds by themselves, one live, or one again. */
async function runSimulate(given: SimulateArguments): Promise<void> {
  const { web: port, inputs, firstSeed: seed, peers, minutes, faults } = given;
  if (port !== undefined) {
    const drawn = { ...(peers === undefined ? {} : { peers }), ...(faults ? { faults: [...faults] } : {}) };
    const { runSimulatedRoom } = await import('./run/run-simulated-room.ts');
    await runSimulatedRoom({ ...given, port, origin: { seed, kind: 'drawn', minutes, ...drawn } });
  } else if (inputs !== undefined) {
    process.exitCode = await (await import('./run/run-inputs.ts')).runInputs({ ...given, inputs });
  } else {
    process.exitCode = await (await import('./run/run-simulate.ts')).runSimulate(given);
  }
}

/** Its exit codes are its own: 1 tells that cases have failed. */
async function runCheck(task: CheckTask): Promise<void> {
  try {
    process.exitCode = await exitCodeOf(task);
  } catch (error) {
    if (!isExpected(error)) throw error;
    complain(error.message);
    process.exitCode = CHECK_COULD_NOT_RUN;
  }
}

async function exitCodeOf(task: CheckTask): Promise<number> {
  if (task.type === 'decode') return (await import('./check/run-decode.ts')).runDecode(task.arguments);
  const { runCheckPeer, runCheckServer } = await import('./check/run-check.ts');
  return task.type === 'check-peer' ? runCheckPeer(task.arguments) : runCheckServer(task.arguments);
}

const CHECK_COULD_NOT_RUN = 2;

/** Nothing is drawn from it. */
const QUIET_MINUTES = 1;
