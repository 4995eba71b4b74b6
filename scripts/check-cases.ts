/** The cases of `p2pchat check` as the tables of docs/CHECK.md. */
import type { Case } from '../src/check/case.ts';
import { PEER_CASES } from '../src/check/peer-cases/peer-cases.ts';
import { SECTIONS } from '../src/check/sections.ts';
import { SERVER_CASES } from '../src/check/server-cases/server-cases.ts';

const MARK = /<!-- (peer|room-server) cases -->[\s\S]*?<!-- end cases -->/g;

function table<Stage>(cases: readonly Case<Stage>[]): string {
  const rows = cases.map(({ address, title, level, mark, isLong }) => {
    const notes = [level, ...(mark === undefined ? [] : [`mark: ${mark}`]), ...(isLong ? ['long'] : [])];
    return `| ${address} | ${title} | ${notes.join(', ')} |`;
  });
  return ['| case | | |', '|---|---|---|', ...rows].join('\n');
}

function tables<Stage>(cases: readonly Case<Stage>[]): string {
  const sections = [...new Set(cases.map(({ section }) => section))];
  return sections
    .map((section) => {
      const own = cases.filter((one) => one.section === section);
      return `**${section} ${SECTIONS[section]}**\n\n${table(own)}`;
    })
    .join('\n\n');
}

/** The document with its tables as the cases are. */
export function withCases(text: string): string {
  return text.replace(MARK, (_, subject: string) => {
    const body = subject === 'peer' ? tables(PEER_CASES) : tables(SERVER_CASES);
    return `<!-- ${subject} cases -->\n${body}\n<!-- end cases -->`;
  });
}
