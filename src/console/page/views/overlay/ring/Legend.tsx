/** What the shapes on the ring mean. */
import { memo } from 'react';

const HEAD = 'M34 8l-9 -4v8z';

function Key({ kind, label }: { readonly kind: string; readonly label: string }) {
  const isLink = ['forward', 'backward', 'other', 'broken'].includes(kind);
  return (
    <li>
      <svg viewBox="0 0 36 16" width="36" height="16" aria-hidden="true">
        {isLink && <path className="link" data-kind={kind} d="M2 8H26" />}
        {isLink && kind !== 'broken' && <path className="link-head" data-kind={kind} d={HEAD} />}
        {kind === 'chosen' && <circle className="halo" cx="18" cy="8" r="7.5" />}
        {!isLink && kind !== 'duplicate' && kind !== 'courier' && (
          <circle className="dot" data-kind={kind === 'chosen' ? 'linked' : kind} cx="18" cy="8" r="5" />
        )}
        {kind === 'courier' && <circle className="courier" cx="18" cy="8" r="5" />}
        {kind === 'duplicate' && (
          <path className="dropped" transform="translate(18 8)" d="M-5 -5L5 5M-5 5L5 -5" />
        )}
      </svg>
      {label}
    </li>
  );
}

export const Legend = memo(function Legend({ isDemo }: { readonly isDemo: boolean }) {
  return (
    <ul className="ring-legend">
      <Key kind="forward" label="forward link of the selected peer" />
      <Key kind="backward" label="backward link of the selected peer" />
      {isDemo && <Key kind="other" label="link between others, from who dialled" />}
      <Key kind="courier" label="a message on its way" />
      {isDemo && <Key kind="duplicate" label="had it already: dropped" />}
      <Key kind="chosen" label="the selected peer" />
      {isDemo && <Key kind="alone" label="alive, no link" />}
      {isDemo && <Key kind="split" label="split off" />}
      {isDemo && <Key kind="killed" label="killed" />}
      {isDemo && <Key kind="broken" label="link to a dead or split-off peer" />}
    </ul>
  );
});
