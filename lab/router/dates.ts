/** Dates as IOS prints them. The lab's routers keep UTC. */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function parts(time: number) {
  const date = new Date(time);
  return {
    clock: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
    milliseconds: String(date.getUTCMilliseconds()).padStart(3, '0'),
    day: DAYS[date.getUTCDay()] ?? '',
    month: MONTHS[date.getUTCMonth()] ?? '',
    date: date.getUTCDate(),
    year: date.getUTCFullYear(),
  };
}

/** `16:44:25 UTC Tue Nov 24 2026`. */
export function longDate(time: number): string {
  const { clock, day, month, date, year } = parts(time);
  return `${clock} UTC ${day} ${month} ${date} ${year}`;
}

/** `16:44:25.123 UTC Tue Nov 24 2026`. */
export function clockDate(time: number): string {
  const { clock, milliseconds, day, month, date, year } = parts(time);
  return `${clock}.${milliseconds} UTC ${day} ${month} ${date} ${year}`;
}

/** `*Nov 24 16:44:25.123`: a clock that nobody has set shows the star. */
export function logDate(time: number): string {
  const { clock, milliseconds, month, date } = parts(time);
  return `*${month} ${String(date).padStart(2)} ${clock}.${milliseconds}`;
}

/** `Nov-24-16-44-25.123`, in names of archive files. */
export function fileDate(time: number): string {
  const { clock, milliseconds, month, date } = parts(time);
  return `${month}-${String(date).padStart(2)}-${clock.replaceAll(':', '-')}.${milliseconds}`.replaceAll(' ', '-');
}

/** `Nov 24 2026 16:44:25 +00:00`, in directory listings. */
export function directoryDate(time: number): string {
  const { clock, month, date, year } = parts(time);
  return `${month} ${date} ${year} ${clock} +00:00`;
}

/** `1 day, 2 hours, 4 minutes`; less than a minute counts as `0 minutes`. */
export function uptime(milliseconds: number): string {
  const minutes = Math.max(Math.floor(milliseconds / 60_000), 0);
  const units: [string, number][] = [
    ['week', Math.floor(minutes / 10_080)],
    ['day', Math.floor(minutes / 1440) % 7],
    ['hour', Math.floor(minutes / 60) % 24],
    ['minute', minutes % 60],
  ];
  const named = units.filter(([name, count]) => count > 0 || name === 'minute');
  return named.map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`).join(', ');
}

/** `00:01:55`, `11:12:24`, `3d04h`. */
export function elapsed(seconds: number): string {
  if (seconds >= 86_400) return `${Math.floor(seconds / 86_400)}d${two(Math.floor(seconds / 3600) % 24)}h`;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
