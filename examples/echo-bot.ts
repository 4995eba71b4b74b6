/** Says again what others say: `npx tsx examples/echo-bot.ts localhost:32340 tea`, until Ctrl-C. */
import { createPeer } from 'p2pchat';

const [server = 'localhost:32340', room = 'tea'] = process.argv.slice(2);
await using peer = await createPeer({ server, room, name: 'echo' });
process.once('SIGINT', () => peer.close());
for await (const { user, text } of peer.messages)
  await peer.send(`${user} said: ${text}`).catch((error: Error) => console.error(error.message));
