/**
 * The web console over a recording: the same page, which is given the recording's file and opens it itself.
 * Whoever opens the address is let in as to any console; nobody is there to take a command.
 */
import type { ConsoleLimits } from '../limits.ts';
import { Site, type SiteFile } from '../web/site.ts';
import { openWebServer } from '../web/web-server.ts';
import { type PageAttributes, withAttributes } from './page-attributes.ts';

/** What it is made of. */
export interface ReplayOptions {
  /** The recording, read anew for each page: NDJSON, which the page checks line by line. */
  readonly read: () => Promise<Buffer>;
  readonly limits: ConsoleLimits;
  /** Of the page; 0 takes any free one. */
  readonly port: number;
  /** Directory of the built page. */
  readonly page: string;
  /** What the page is to call it, and the lesson to begin with where this is the world of the lessons. */
  readonly attributes: Omit<PageAttributes, 'recording'>;
}

/** A recording that can be looked at. */
interface Replay {
  /** What to open in a browser; whoever has it is let in. */
  readonly url: string;
  /** Resolves when all is released. */
  close(): Promise<void>;
}

const RECORDING = '/recording.ndjson';
const TYPE = 'application/x-ndjson; charset=utf-8';

/** Opens it. Rejects with a NetworkError where the port can't be had. */
export function openReplay({ read, limits, port, page, attributes }: ReplayOptions): Promise<Replay> {
  const files = new Site(page);
  const file = async (path: string): Promise<SiteFile | null> => {
    if (path === RECORDING) return { bytes: await read(), type: TYPE };
    const found = await files.file(path);
    if (found === null || path !== '/') return found;
    const html = withAttributes(found.bytes.toString(), { ...attributes, recording: RECORDING });
    return { ...found, bytes: Buffer.from(html) };
  };
  return openWebServer({ port, limits, site: { file } });
}
