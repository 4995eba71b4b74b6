/** The sizes of the diagram of the whole room, each with its reason; lengths are in CSS pixels. */
export const ROOM_MEASURES = {
  /** Above the first row: a lifeline's name, and a note below it. */
  headPx: 52,
  /** Below the last row. */
  footPx: 24,
  /** Between a row and the one before: a label of 12 px and its line. */
  beginPx: 24,
  /** Before the end of a line: that it falls is seen even where no time has passed. */
  endPx: 6,
  /** A pause of 1 ms takes 2 px, one of 100 ms 28 px, one of a second or more 40 px. */
  pauseScalePx: 6,
  pauseUnitMs: 4,
  pauseMaxPx: 40,
  /** The column of the times at the left. */
  gutterPx: 100,
  /** Half of a lifeline's head stands beyond the outermost lifelines. */
  marginPx: 52,
  /** Between two lifelines: a nickname of usual length must fit. */
  gapMinPx: 84,
  /** Wider gaps make lines that no eye follows. */
  gapMaxPx: 220,
  /** The most characters of a label: it may cross lifelines, but must not hide the room. */
  labelCharacters: 44,
  /** A label stands so far beside its lifeline, and above its line. */
  labelGapPx: 9,
  labelRisePx: 5,
  /** Between the end of a line and the cross over a duplicate. */
  crossAwayPx: 20,
  /** Half the size of that cross, and of the signs on lifelines. */
  crossHalfPx: 5,
} as const;
