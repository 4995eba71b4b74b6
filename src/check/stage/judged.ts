/** Frames held against the contract field by field; a failure names the first field that is wrong. */
import { faultWords, type StrictFrame, valueIn } from '../../protocol/dissect/strict-frame.ts';
import { quoted } from '../../words/quoted.ts';
import { CheckFailure } from '../failure.ts';

/** What a field has to be, by its name. */
type Wanted = Readonly<Record<string, string | number>>;

/** @throws CheckFailure for the first field that the contract forbids, or that is not the wanted one. */
export function judge(frame: StrictFrame, wanted: Wanted, who = 'The program'): void {
  const [fault] = frame.faults;
  if (fault) throw new CheckFailure(faultWords(frame.kind, fault), { frame, field: fault });
  judgeFields(frame, wanted, who);
}

/** The same for these fields alone: what is wrong with others, their own cases say. */
export function judgeFields(frame: StrictFrame, wanted: Wanted, who = 'The program'): void {
  for (const [name, value] of Object.entries(wanted)) {
    const found = valueIn(frame, name);
    if (found === String(value)) continue;
    const place = frame.fields.find((field) => field.name === name);
    const at = place ?? { name, start: frame.bytes.length, end: frame.bytes.length, value: '' };
    throw new CheckFailure(
      `${who} has ${quoted(found)} as ${name} of ${frame.kind}; it should be ${quoted(String(value))}.`,
      { frame, field: { ...at, wants: String(value), isMissing: place === undefined } },
    );
  }
}
