import prettyBytes from 'pretty-bytes';
import prettyMilliseconds from 'pretty-ms';

/** Bytes for a person: `46.6 MiB`. */
export function humanBytes(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}

/** Bytes a second for a person: `310 MiB/s`; empty where no time has passed. */
export function humanRate(bytes: number, seconds: number): string {
  return seconds > 0 ? `${humanBytes(bytes / seconds)}/s` : '';
}

/** Seconds for a person: `0.03 s`, `1m 12s`. */
export function humanSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(2)} s` : prettyMilliseconds(Math.round(seconds) * 1000);
}

/** `1 layer`, `2 layers`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** Milliseconds since something for a person, in its two largest units: `3d 4h`; `now` for less than a second. */
export function humanAge(milliseconds: number): string {
  return milliseconds < 1000 ? 'now' : prettyMilliseconds(milliseconds, { unitCount: 2, secondsDecimalDigits: 0 });
}

/** `1,234,567`; Intl would say the same, and takes 20 ms to load. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}
