/** Asks for the causes of what stands beside it. */
import { usePage } from '../../state/page-store.ts';

interface WhyButtonProps {
  readonly serial: number;
  /** What it is, for who can't see what stands beside it. */
  readonly of: string;
  /** True where another key asks for it: the lines of a long list are no stops of Tab. */
  readonly isSkipped?: boolean;
  readonly words?: string;
}

export function WhyButton({ serial, of, isSkipped = false, words = 'Why?' }: WhyButtonProps) {
  const ask = usePage((page) => page.ask);
  return (
    <button
      type="button"
      className="why"
      tabIndex={isSkipped ? -1 : 0}
      aria-label={`${words} ${of}`}
      onClick={(event) => {
        event.stopPropagation();
        ask(serial);
      }}
    >
      {words}
    </button>
  );
}
