/** How fast time passes: times the real time. */
export const SPEEDS: readonly number[] = [0.02, 0.1, 0.5, 1, 5, 20, 60];

/** The speeds as the options of a list. */
export function SpeedOptions() {
  return SPEEDS.map((speed) => (
    <option key={speed} value={speed}>
      {speed < 1 ? `1/${Math.round(1 / speed)}` : speed} ×
    </option>
  ));
}
