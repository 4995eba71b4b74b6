/**
 * How the page's address names what the sequence shows: a frame of one peer by its serial, the whole room as
 * `room`, a row of it as `room-17`. Pure.
 */

/** The whole room, with nothing selected. */
export const WHOLE_ROOM = 'room';

/** True where the whole room is to be shown. */
export function isWholeRoom(selection: string | null): boolean {
  return selection === WHOLE_ROOM || (selection?.startsWith(`${WHOLE_ROOM}-`) ?? false);
}

/** Order of the selected row; `null` for none. */
export function selectedOrder(selection: string | null): number | null {
  const [, order] = /^room-(\d+)$/.exec(selection ?? '') ?? [];
  return order === undefined ? null : Number(order);
}

/** A row of the room as the address names it. */
export function selectionOf(order: number): string {
  return `${WHOLE_ROOM}-${order}`;
}
