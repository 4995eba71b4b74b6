/** A connection that somebody stands in front of: what is not given is the connection's own. */
import type { Connection } from './network.ts';

/** What may stand in its place. */
type ConnectionParts = Partial<Omit<Connection, 'local' | 'remote' | 'queuedBytes'>>;

/** The connection with these parts in place of its own. */
export function wrappedConnection(connection: Connection, parts: ConnectionParts): Connection {
  return {
    local: connection.local,
    remote: connection.remote,
    bytes: connection.bytes,
    closed: connection.closed,
    taken: connection.taken,
    get queuedBytes() {
      return connection.queuedBytes;
    },
    acknowledgement: () => connection.acknowledgement(),
    write: (bytes) => connection.write(bytes),
    writeAll: (pieces) => connection.writeAll(pieces),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
    end: (graceMs) => connection.end(graceMs),
    destroy: () => connection.destroy(),
    ...parts,
  };
}
