/** The sizes of the sequence diagram, each with its reason; lengths are in CSS pixels. */
export const MEASURES = {
  /** Height of a row: a label above its arrow, and the time in two lines beside it. */
  rowPx: 36,
  /** Above the first row: a lifeline's name, and a note below it. */
  headPx: 52,
  /** Of the arrow in its row, and of its label's base line. */
  arrowY: 26,
  labelY: 17,
  /** The column of the times at the left. */
  gutterPx: 112,
  /** Between the room server and this peer: `MEMBERS 1000 members` must fit. */
  serverGapMinPx: 190,
  /** Between two other lifelines: a nickname of usual length must fit. */
  gapMinPx: 112,
  /** Wider gaps make arrows that no eye follows. */
  gapMaxPx: 240,
  /** Half of a lifeline's head stands beyond the outermost lifelines. */
  marginPx: 64,
  /** A character of a label, in the fixed-width font of 12 px. */
  characterPx: 7.25,
  /** A pause of this length between two rows is written beside the time. */
  pauseShownMs: 1_000,
  /** Bytes in a line of the dump: as every hex dump has. */
  dumpBytesPerLine: 16,
  /** Width of the exported picture, unless it has more lifelines than fit. */
  exportWidthPx: 1_000,
} as const;
