/** Prometheus's window: answers GET /metrics over HTTP, to this computer only. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from '../protocol/names.ts';
import { CannotRunError } from '../words/cannot-run.ts';

const PATH = '/metrics';

/** What is shown. */
export interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

/** A window that is open. */
export interface MetricsServer {
  readonly url: string;
  close(): void;
}

/**
 * Opens the window.
 * @param port 0 takes any free one.
 * @throws CannotRunError where it can't listen there.
 */
export async function openMetrics(source: MetricsSource, port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== PATH) {
      response.writeHead(404).end();
      return;
    }
    const written = source.text().then((text) => {
      response.writeHead(200, { 'content-type': source.contentType }).end(text);
    });
    written.catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve, reject) => {
    // After listening it is one of accepting (too many open files): that reader is lost, others will come.
    server.on('error', ({ message }) =>
      reject(new CannotRunError(`Cannot show metrics on ${LOOPBACK}:${port}: ${message}.`)),
    );
    server.listen({ host: LOOPBACK, port }, resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${own}${PATH}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
