/**
 * The views that are files of their own: they are loaded soon after the page has started, before anybody
 * opens them, so that a click on a tab shows its view at once.
 */
import { type ComponentProps, type ComponentType, createElement, lazy } from 'react';

interface Loaded<Props> {
  /** Draws it at once when it is loaded; else React waits for it. */
  readonly View: ComponentType<Props>;
  load(): Promise<unknown>;
}

function loaded<Props extends object>(load: () => Promise<ComponentType<Props>>): Loaded<Props> {
  let made: ComponentType<Props> | null = null;
  let loading: Promise<ComponentType<Props>> | null = null;
  const loadOnce = () => {
    loading ??= load().then((view) => {
      made = view;
      return view;
    });
    return loading;
  };
  const Later = lazy(async () => ({ default: await loadOnce() }));
  const View = (props: Props) =>
    made === null ? createElement(Later, props as ComponentProps<typeof Later>) : createElement(made, props);
  return { View, load: loadOnce };
}

const machines = loaded(async () => (await import('../views/machines/MachinesView.tsx')).MachinesView);
const sequence = loaded(async () => (await import('../views/sequence/SequenceView.tsx')).SequenceView);
const room = loaded(async () => (await import('../views/sequence/room/RoomSequence.tsx')).RoomSequence);
const figures = loaded(async () => (await import('../views/figures/FiguresView.tsx')).FiguresView);
const overlay = loaded(async () => (await import('../views/overlay/OverlayView.tsx')).OverlayView);

export const MachinesView = machines.View;
export const SequenceView = sequence.View;
export const RoomSequence = room.View;
export const OverlayView = overlay.View;
export const FiguresView = figures.View;

/** Loads all views, and what draws statecharts. Rejects where the program is gone before. */
export async function loadViews(): Promise<void> {
  await Promise.all([machines, sequence, room, overlay, figures].map(({ load }) => load()));
  const { prepareLayout } = await import('../views/machines/chart/layout.ts');
  prepareLayout();
  // What opens and saves recordings: also when the program is gone.
  await Promise.all([import('../state/file/open-recording.ts'), import('../state/file/recording-of.ts')]);
}
