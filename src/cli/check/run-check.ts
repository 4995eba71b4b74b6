/** Composes `p2pchat check`: the program that is tested, the cases, and where the results go. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Chalk, type ChalkInstance } from 'chalk';
import type { Case } from '../../check/case.ts';
import { gradescopeReport, jsonReport, junitReport, type Report } from '../../check/output/files.ts';
import { htmlReport } from '../../check/output/html.ts';
import { matrixLines } from '../../check/output/matrix.ts';
import { pcapng } from '../../check/output/pcapng.ts';
import { resultLines, summaryLines } from '../../check/output/table.ts';
import { PEER_CASES } from '../../check/peer-cases/peer-cases.ts';
import type { Result } from '../../check/result.ts';
import { CHECK_EXIT, exitCodeOf, type RunStage, runCases } from '../../check/run.ts';
import { isWithin, SECTIONS } from '../../check/sections.ts';
import { SERVER_CASES } from '../../check/server-cases/server-cases.ts';
import { ByHandSubject, Person } from '../../check/stage/by-hand.ts';
import { PeerStage, type StageOptions } from '../../check/stage/peer-stage.ts';
import { ServerStage } from '../../check/stage/server-stage.ts';
import { filledIn, ProcessSubject } from '../../check/stage/subject.ts';
import { OWN_WORDS } from '../../check/stage/words.ts';
import { installShim, TKINTER_WORDS } from '../../check/tkinter/shim.ts';
import type { Draw } from '../../check/wire/delivery.ts';
import { freePort } from '../../check/wire/ports.ts';
import { SeededRandom } from '../../io/memory/seeded-random.ts';
import {
  CHECK_BY_HAND_CASE_MAX_MS,
  CHECK_CASE_MAX_MS,
  CHECK_LANES_PER_PROCESSOR,
} from '../../limits/check.ts';
import { LOOPBACK, parsePort } from '../../protocol/names.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { openStandardOutput } from '../output/standard-output.ts';
import { onStopSignal } from '../process/signals.ts';
import type { CheckOutputs, CheckPeerArguments, CheckServerArguments } from './check-arguments.ts';
import { nextChange } from './watch.ts';

/** What is run, and how. */
interface Plan<Stage extends RunStage> {
  readonly subject: string;
  readonly program: string;
  /** What --watch looks at. */
  readonly command: readonly string[];
  readonly cases: readonly Case<Stage>[];
  readonly open: () => Promise<Stage>;
  /** False where a person can do one thing at a time only. */
  readonly isSideBySide: boolean;
}

/** Tests a peer, or several. @returns the exit code. */
export async function runCheckPeer(given: CheckPeerArguments): Promise<number> {
  const { listen, matrix } = given;
  const options = { patienceMs: given.patience * 1_000, draw: drawOf(given) };
  if (listen !== undefined) return runByHand(given, listen, options);
  if (given.tkinter) return runBehindShim(given, options);
  if (matrix !== undefined)
    return runPlans(
      given,
      matrix.map((command) => peerPlan(given, command, options)),
    );
  return runPlans(given, [peerPlan(given, given.command, options)]);
}

/** A program with windows, whose tkinter is ours. */
async function runBehindShim(
  given: CheckPeerArguments,
  options: Pick<StageOptions, 'patienceMs' | 'draw'>,
): Promise<number> {
  const shim = installShim();
  try {
    const commands = given.matrix ?? [given.command];
    const driven = { ...given, words: TKINTER_WORDS };
    return await runPlans(
      given,
      commands.map((command) => peerPlan(driven, command, options, shim.env)),
    );
  } finally {
    shim.remove();
  }
}

function peerPlan(
  { words = OWN_WORDS, against }: CheckPeerArguments,
  command: readonly string[],
  options: Pick<StageOptions, 'patienceMs' | 'draw'>,
  env: Readonly<Record<string, string>> = {},
): Plan<PeerStage> {
  const start: StageOptions['start'] = ({ roomServerHost, roomServerPort, port, tape, index }) => {
    const values = { addr: roomServerHost, port: String(roomServerPort), myport: String(port) };
    const isOther = against !== undefined && index % 2 === 1;
    return new ProcessSubject({
      command: filledIn(isOther ? against : command, values),
      words,
      tape,
      env,
    });
  };
  return {
    subject: 'peer',
    program: command.join(' '),
    command,
    cases: PEER_CASES,
    open: () => PeerStage.open({ ...options, start }),
    isSideBySide: true,
  };
}

async function runByHand(
  given: CheckPeerArguments,
  listen: number,
  options: Pick<StageOptions, 'patienceMs' | 'draw'>,
): Promise<number> {
  const person = new Person(process.stdin, process.stderr);
  const release = onStopSignal(() => person.leave());
  const ports = { roomServer: listen, own: await freePort() };
  const start: StageOptions['start'] = ({ roomServerHost: host, roomServerPort: port, port: own, tape }) =>
    new ByHandSubject(person, { host, port, own }, tape);
  try {
    return await runPlans(given, [
      {
        subject: 'peer',
        command: [],
        program: `started by hand, room server on ${LOOPBACK}:${listen}`,
        cases: PEER_CASES,
        open: () => PeerStage.open({ ...options, start, ports }),
        isSideBySide: false,
      },
    ]);
  } finally {
    release();
    person.leave();
  }
}

/** Tests a room server. @returns the exit code. */
export async function runCheckServer(given: CheckServerArguments): Promise<number> {
  const { target } = given;
  const [, host = '', portText = ''] = (target.length === 1 && /^([^:]+):(\d+)$/.exec(target[0] ?? '')) || [];
  const port = parsePort(portText);
  const start = (listenPort: number, tape: PeerStage['tape']) =>
    new ProcessSubject({ command: filledIn(target, { port: String(listenPort) }), words: OWN_WORDS, tape });
  const options = { host: port === undefined ? LOOPBACK : host, port: port ?? 0 };
  return runPlans(given, [
    {
      subject: 'room-server',
      program: target.join(' '),
      command: target,
      cases: SERVER_CASES,
      open: () =>
        ServerStage.open({
          ...options,
          start: port === undefined ? start : null,
          patienceMs: given.patience * 1_000,
          draw: drawOf(given),
        }),
      isSideBySide: true,
    },
  ]);
}

function drawOf({ unreliable, seed }: CheckOutputs): Draw | null {
  if (!unreliable) return null;
  const random = new SeededRandom(seed);
  return () => random.next();
}

/** Whether somebody wants the tester to end. */
class Stop {
  isNow = false;
  readonly asked: Promise<void>;
  #resolve: () => void = () => {};

  constructor() {
    this.asked = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  now(): void {
    this.isNow = true;
    this.#resolve();
  }
}

/** Runs plans one after the other; several of them end in one table. */
async function runPlans<Stage extends RunStage>(
  given: CheckOutputs,
  plans: readonly Plan<Stage>[],
): Promise<number> {
  const output = openStandardOutput();
  const isColoured = given.color && !process.env.NO_COLOR && output.stream.isTTY === true;
  const chalk = new Chalk({ level: isColoured ? 1 : 0 });
  const write = (line: string) => void output.stream.write(`${line}\n`);
  const stop = new Stop();
  const release = onStopSignal(() => stop.now());
  output.stream.on('error', () => stop.now());
  try {
    const chosen = plans.map((plan) => ({ ...plan, cases: casesIn(plan.cases, given.only) }));
    if (given.list) {
      for (const line of listLines(chalk, chosen[0]?.cases ?? [])) write(line);
      return CHECK_EXIT.passed;
    }
    return await runRounds(given, chosen, chalk, write, stop);
  } finally {
    release();
    await output.finish();
  }
}

/**
 * Runs all plans, with --watch again whenever a file of them changes. @returns the exit code of the last
 * round.
 */
async function runRounds<Stage extends RunStage>(
  given: CheckOutputs,
  chosen: readonly Plan<Stage>[],
  chalk: ChalkInstance,
  write: (line: string) => void,
  stop: Stop,
): Promise<number> {
  for (;;) {
    const reports: Report[] = [];
    const command = chosen.flatMap((plan) => plan.command);
    // From the beginning: who writes the program while it is tested wants to see what comes of it.
    const change = given.watch ? nextChange(command, stop.asked) : undefined;
    for (const plan of chosen) reports.push(await runOne(given, plan, chalk, write, stop));
    if (reports.length > 1) for (const line of matrixLines(chalk, reports)) write(line);
    if (stop.isNow) return CHECK_EXIT.couldNotRun;
    const exitCode = worstOf(reports);
    if (change === undefined) return exitCode;
    write('Waiting for the program to change. Ctrl-C ends it.');
    await change;
    if (stop.isNow) return exitCode;
  }
}

function casesIn<Stage>(cases: readonly Case<Stage>[], only: string | undefined): Case<Stage>[] {
  const chosen = cases.filter(({ address }) => only === undefined || isWithin(address, only));
  if (chosen.length === 0) throw new CannotRunError(`No case is at ${only}: --list shows them all.`);
  return chosen;
}

/** Failed is worse than could not run, and that than passed. */
function worstOf(reports: readonly Report[]): number {
  const codes = reports.map(({ results }) => exitCodeOf(results));
  if (codes.includes(CHECK_EXIT.failed)) return CHECK_EXIT.failed;
  return Math.max(CHECK_EXIT.passed, ...codes);
}

async function runOne<Stage extends RunStage>(
  given: CheckOutputs,
  plan: Plan<Stage>,
  chalk: ChalkInstance,
  write: (line: string) => void,
  stop: Stop,
): Promise<Report> {
  const report = await runAll(given, plan, chalk, write, () => stop.isNow);
  for (const line of summaryLines(chalk, report.results, report.tookMs)) write(line);
  writeReports(given, report);
  return report;
}

async function runAll<Stage extends RunStage>(
  given: CheckOutputs,
  { subject, program, cases, open, isSideBySide }: Plan<Stage>,
  chalk: ChalkInstance,
  write: (line: string) => void,
  isStopped: () => boolean,
): Promise<Report> {
  const startedMs = performance.now();
  let done = 0;
  const onResult = (result: Result) => {
    done += 1;
    for (const line of resultLines(chalk, result, done, cases.length)) write(line);
  };
  const lanes = given.lanes ?? CHECK_LANES_PER_PROCESSOR * availableParallelism();
  const results = await runCases({
    cases,
    open,
    lanes: isSideBySide ? lanes : 1,
    areLongBeside: isSideBySide,
    isStrict: given.strict,
    onResult,
    isStopped,
    caseMaxMs: isSideBySide ? CHECK_CASE_MAX_MS : CHECK_BY_HAND_CASE_MAX_MS,
  });
  return { subject, program, results, tookMs: performance.now() - startedMs };
}

function listLines<Stage>(chalk: ChalkInstance, cases: readonly Case<Stage>[]): string[] {
  const sections = [...new Set(cases.map(({ section }) => section))];
  return sections.flatMap((section) => [
    chalk.bold(`${section} ${SECTIONS[section]}`),
    ...cases
      .filter((one) => one.section === section)
      .map(({ address, title, level, mark, isLong }) => {
        const notes = [level, ...(mark === undefined ? [] : [`mark: ${mark}`]), ...(isLong ? ['long'] : [])];
        return `  ${address.padEnd(7)} ${title} ${chalk.dim(`(${notes.join(', ')})`)}`;
      }),
  ]);
}

function writeReports(given: CheckOutputs, report: Report): void {
  if (given.junit !== undefined) writeFileSync(given.junit, junitReport(report));
  if (given.json !== undefined) writeFileSync(given.json, `${jsonReport(report)}\n`);
  if (given.gradescope !== undefined) writeFileSync(given.gradescope, `${gradescopeReport(report)}\n`);
  if (given.html !== undefined) writeFileSync(given.html, htmlReport(report));
  if (given.pcap !== undefined) {
    const tapes = report.results.map(({ address, title, tape }) => ({
      comment: `${address} ${title}`,
      tape,
    }));
    writeFileSync(given.pcap, pcapng(tapes));
  }
}
