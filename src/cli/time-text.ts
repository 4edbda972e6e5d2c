import type { Course } from '../scenario/course.ts';

/** `43 s to 3 min 32 s`: what a drill takes at least, and with every wait as long as it may be. */
export const timeText = ({ atLeastMs, atMostMs }: Course): string =>
  atLeastMs >= atMostMs ? text(atLeastMs) : `${text(atLeastMs)} to ${text(atMostMs)}`;

function text(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return [minutes > 0 ? `${minutes} min` : '', rest > 0 || minutes === 0 ? `${rest} s` : ''].filter(Boolean).join(' ');
}
