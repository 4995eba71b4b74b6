/** The buttons that do something to one peer. */
import { useIsDemo, usePage } from '../../state/page-store.ts';
import { actionsFor } from './peer-actions.ts';

interface ActionButtonsProps {
  readonly peer: string;
  readonly name: string;
  readonly isAlive: boolean;
  readonly isSplitOff: boolean;
}

export function ActionButtons(props: ActionButtonsProps) {
  const { peer, name } = props;
  const isSelected = usePage(({ selected }) => selected === peer);
  const isDemo = useIsDemo();
  const control = usePage((page) => page.control);
  const select = usePage((page) => page.select);
  return (
    <span className="actions">
      <button
        type="button"
        disabled={isSelected}
        title={isSelected ? 'All views show this peer already' : 'All views show this peer'}
        aria-label={`${isSelected ? 'Selected' : 'Select'} ${name}`}
        onClick={() => select(peer)}
      >
        {isSelected ? 'Selected' : 'Select'}
      </button>
      {isDemo &&
        actionsFor(props).map(({ action, switches, label, hint }) => (
          <button
            key={switches}
            type="button"
            title={hint}
            aria-label={`${label} ${name}`}
            data-action={action}
            onClick={() => control(peer, action)}
          >
            {label}
          </button>
        ))}
    </span>
  );
}
