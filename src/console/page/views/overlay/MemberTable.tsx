/** The overlay as a table: for screen readers, and for rooms whose ring is too dense to hit anybody on it. */
import { memo, useEffect, useRef, useState } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { usePage } from '../../state/page-store.ts';
import { ActionButtons } from './ActionButtons.tsx';
import { describeMember } from './descriptions.ts';
import type { Overlay } from './overlay.ts';

interface MemberTableProps {
  readonly overlay: Overlay;
  readonly own: number;
}

export const MemberTable = memo(function MemberTable({ overlay, own }: MemberTableProps) {
  const [isOpen, setOpen] = useState(false);
  const pathPeers = usePage((page) => page.pathPeers);
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    if (isOpen && pathPeers.length > 0)
      table.current?.querySelector('[data-on-path="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, pathPeers]);
  return (
    <details className="member-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Members as a table</summary>
      {isOpen && (
        <table ref={table}>
          <caption className="unseen">Members in the order of the ring</caption>
          <thead>
            <tr>
              <th scope="col">Member</th>
              <th scope="col">Links</th>
            </tr>
          </thead>
          <tbody>
            {overlay.members.map((member, index) => (
              <tr
                key={member.hid}
                data-own={index === own}
                data-on-path={member.peer !== null && pathPeers.includes(member.peer)}
              >
                <th scope="row">
                  {harmlessOnPage(member.user)}
                  <small>{member.address}</small>
                  <small>{member.hid}</small>
                </th>
                <td>
                  {describeMember(overlay, index)}
                  {member.peer !== null && (
                    <ActionButtons
                      peer={member.peer}
                      name={harmlessOnPage(member.user)}
                      isAlive={member.isAlive}
                      isSplitOff={member.isSplitOff}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
});
