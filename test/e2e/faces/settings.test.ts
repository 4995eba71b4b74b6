/** Goal: settings in a file and in variables hold for the program, and transcripts are written. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatDay } from '../../../src/terminal/view/dates.ts';
import { freePort } from '../tools/ports.ts';
import { Program, startMember, startRoomServer } from '../tools/program.ts';
import { ROOM } from '../tools/wire.ts';

const DAY_MS = 86_400_000;
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'p2pchat-settings-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function configure(text: string): Record<string, string> {
  mkdirSync(join(home, 'p2pchat'), { recursive: true });
  writeFileSync(join(home, 'p2pchat', 'config'), text);
  return { XDG_CONFIG_HOME: home };
}

test('the file sets name and room server, a variable outweighs it, an option both', async () => {
  const server = await startRoomServer();
  const own = configure(`; mine\nname = fromfile\nserver = 127.0.0.1:${server.port}\n`);
  const file = new Program(['--room', ROOM], {}, own);
  await file.waitFor(/^\[cmd\] Joined room1 as fromfile /);
  const variable = new Program(['--room', ROOM], {}, { ...own, P2PCHAT_NAME: 'fromvariable' });
  await variable.waitFor(/^\[cmd\] Joined room1 as fromvariable /);
  const option = new Program(['--room', ROOM, '--name', 'fromoption'], {}, { ...own, P2PCHAT_NAME: 'x' });
  await option.waitFor(/^\[cmd\] Joined room1 as fromoption /);
  expect(file.lines.some((line) => line.includes('No room server was running'))).toBe(false);
});

test('p2pchat config shows each setting, and who has set it', async () => {
  const own = configure('notify = all\ncolor=off\n');
  const program = new Program(['config'], {}, { ...own, P2PCHAT_UTF8: 'on', P2PCHAT_NAME: '' });
  expect((await program.ended()).code).toBe(0);
  const path = join(home, 'p2pchat', 'config');
  expect(program.lines[0]).toContain(path);
  expect(program.lines.find((line) => line.startsWith('  notify'))).toMatch(/ all {2,}set in .*config$/);
  expect(program.lines.find((line) => line.startsWith('  color'))).toMatch(/ off {2,}set in .*config$/);
  expect(program.lines.find((line) => line.startsWith('  utf8'))).toMatch(/ on {2,}set in P2PCHAT_UTF8$/);
  expect(program.lines.find((line) => line.startsWith('  name'))).toMatch(
    / none {2,}as usual; P2PCHAT_NAME: /,
  );
});

test.each([
  ['nickname = alice\n', /there is no setting "nickname". There are name, server, /],
  ['name = a:b\n', /name can't be "a:b"\. Use one word/],
  ['[chat]\nname = alice\n', /there is no setting "chat"/],
  ['server = nowhere:0\n', /server can't be "nowhere:0"\. Give HOST or HOST:PORT/],
  ['quiet = perhaps\n', /quiet can't be "perhaps"\. Say on or off/],
  ['notify = loud\n', /notify can't be "loud"\. Say off, mentions, all/],
])('a file with %j is refused with what is wrong, and where', async (text, reason) => {
  const program = new Program([], {}, configure(text));
  expect((await program.ended()).code).toBe(1);
  expect(program.errors).toMatch(reason);
  expect(program.errors).toContain(home);
});

test('a variable that is wrong is named', async () => {
  const program = new Program([], {}, { P2PCHAT_UTF8: 'si' });
  expect((await program.ended()).code).toBe(1);
  expect(program.errors).toMatch(/^p2pchat: P2PCHAT_UTF8: utf8 can't be "si"\. Say on or off\./);
});

test('--transcript writes what is said, whole lines, one file a room and day, for its owner only', async () => {
  const server = await startRoomServer();
  const folder = join(home, 'said', 'by all');
  const bob = await startMember({ name: 'bob', server: server.port });
  const words = ['127.0.0.1', String(server.port), String(await freePort()), '--name', 'ada', '--room', ROOM];
  const ada = new Program([...words, '--transcript', folder]);
  await ada.waitFor(/Forward link to bob/);
  ada.send('hello');
  await bob.waitFor('[msg] ada: hello');
  bob.send('hi \x1b[31m');
  await ada.waitFor(/^\[msg\] bob: hi/);
  ada.end();
  await ada.ended();
  const [name = ''] = readdirSync(folder);
  expect(name).toMatch(/^room1-\d{4}-\d\d-\d\d\.txt$/);
  const text = readFileSync(join(folder, name), 'utf8');
  expect(text).toMatch(/^\d\d:\d\d:\d\d ada: hello\n\d\d:\d\d:\d\d bob: hi [^\x1b\n]*\n$/);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
});

test('on a full disk the transcript is lost, which is said once, and the chat goes on', async () => {
  const server = await startRoomServer();
  const bob = await startMember({ name: 'bob', server: server.port });
  // Midnight may come between: then the next day's file is full as well.
  for (const timeMs of [Date.now(), Date.now() + DAY_MS])
    symlinkSync('/dev/full', join(home, `${ROOM}-${formatDay(timeMs)}.txt`));
  const words = ['127.0.0.1', String(server.port), String(await freePort()), '--name', 'ada', '--room', ROOM];
  const ada = new Program([...words, '--transcript', home]);
  await ada.waitFor(/Forward link to bob/);
  for (const text of ['one', 'two', 'three']) ada.send(text);
  await bob.waitFor('[msg] ada: three');
  bob.send('heard');
  await ada.waitFor('[msg] bob: heard');
  expect(ada.lines.filter((line) => /The transcript .* can't be written: ENOSPC/.test(line))).toHaveLength(1);
});

test('a folder that can not be made is told before the chat begins', async () => {
  writeFileSync(join(home, 'file'), '');
  const program = new Program(['--transcript', join(home, 'file', 'in')]);
  expect((await program.ended()).code).toBe(1);
  expect(program.errors).toMatch(/Cannot make the folder of transcripts .*file\/in/);
});

test('/utf8 on lets through what is not ASCII, also for the others to see', async () => {
  const server = await startRoomServer();
  const bob = await startMember({ name: 'bob', server: server.port });
  const ada = await startMember({ name: 'ada', server: server.port });
  await ada.waitFor(/Forward link to bob/);
  ada.send('grüße');
  await ada.waitFor(/^\[cmd\] ü ß is not ASCII/);
  ada.send('/utf8 on');
  ada.send('grüße');
  await bob.waitFor('[msg] ada: grüße');
});
