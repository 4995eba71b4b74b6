/** The small peer as a process: `small-peer-main ADDR PORT MYPORT [FAULT]`, lines on its standard streams. */
import { createInterface } from 'node:readline';
import { FAULTS } from './faults.ts';
import { SmallPeer } from './small-peer.ts';

const [, , host = '', serverPort = '', port = '', fault = ''] = process.argv;
const input = createInterface({ input: process.stdin });
const peer = new SmallPeer({
  host,
  serverPort: Number(serverPort),
  port: Number(port),
  fault: FAULTS.find((name) => name === fault),
  print: (line) => console.log(line),
  exit: (code) => {
    input.close();
    process.exitCode = code;
  },
});
input.on('line', (line) => peer.type(line));
