/** Durations as people read them. */

/** `7 s`, `2:05`, `1:02:05`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** `20 to 45 min`, `5 to 30 s`, for seconds. */
export function rangeText({ from, to }: Range): string {
  if (to < 120) return round(from) === round(to) ? `${round(to)} s` : `${round(from)} to ${round(to)} s`;
  if (from < 60) return `${round(from)} s to ${minutes(to)} min`;
  return minutes(from) === minutes(to) ? `${minutes(to)} min` : `${minutes(from)} to ${minutes(to)} min`;
}

/** What is left of an expected duration in seconds: `20 to 45 min left`, `at most 12 s left`. */
export function leftText(expected: Range, elapsedSeconds: number): string {
  const left = { from: expected.from - elapsedSeconds, to: expected.to - elapsedSeconds };
  if (left.to <= 0) return `longer than usual (${rangeText(expected)})`;
  return left.from <= 0 ? `at most ${rangeText({ from: left.to, to: left.to })} left` : `${rangeText(left)} left`;
}

function round(seconds: number): number {
  return Math.max(1, Math.round(seconds));
}

function minutes(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}
