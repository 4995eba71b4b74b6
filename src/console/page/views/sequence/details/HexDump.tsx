/** The bytes of a frame: offsets, hexadecimal, characters. The marked field's bytes are lit. */
import { memo, useMemo, useState } from 'react';
import { MEASURES } from '../diagram/measures.ts';
import type { Field } from './dissect.ts';
import { type DumpByte, type DumpLine, dumpText, hexDump } from './hex-dump.ts';

const { dumpBytesPerLine } = MEASURES;

export function HexDump({ bytes, marked }: { readonly bytes: Uint8Array; readonly marked: Field | null }) {
  const lines = useMemo(() => hexDump(bytes, dumpBytesPerLine), [bytes]);
  const [outcome, setOutcome] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(dumpText(lines, dumpBytesPerLine)).then(
      () => setOutcome('Copied.'),
      () => setOutcome('The browser does not allow it.'),
    );
  };
  return (
    <section className="dump" aria-label="Bytes">
      <button type="button" onClick={copy}>
        Copy the dump
      </button>
      <output>{outcome}</output>
      <pre>
        {lines.map((line) => {
          const first = line.bytes[0]?.at ?? 0;
          const isTouched = marked !== null && marked.start < first + dumpBytesPerLine && marked.end > first;
          return <Line key={line.offset} line={line} marked={isTouched ? marked : null} />;
        })}
      </pre>
    </section>
  );
}

const Line = memo(function Line({
  line,
  marked,
}: {
  readonly line: DumpLine;
  readonly marked: Field | null;
}) {
  const isMarked = ({ at }: DumpByte): boolean => marked !== null && at >= marked.start && at < marked.end;
  const missing = dumpBytesPerLine - line.bytes.length;
  return (
    <span className="dump-line">
      <span className="offset">{line.offset}</span>
      {'  '}
      {line.bytes.map((byte) => (
        <span key={byte.at} data-marked={isMarked(byte)}>
          {byte.hex}{' '}
        </span>
      ))}
      {'   '.repeat(missing)}{' '}
      {line.bytes.map((byte) => (
        <span key={byte.at} data-marked={isMarked(byte)}>
          {byte.character}
        </span>
      ))}
      {'\n'}
    </span>
  );
});
