/** The media type of a response that a client accepts most (RFC 9110, 12.5.1). */

type Range = readonly [main: string, subtype: string, quality: number];

/**
 * Return the one of `media` that `accept` ranks highest; of equal ones the first, undefined if none is acceptable.
 *
 * A single media type also goes to a client that accepts JSON, as the mock has it.
 */
export function choose(media: readonly string[], accept: string | null): string | undefined {
  if (!accept?.trim()) return media[0];
  const ranges = accept.toLowerCase().split(",").flatMap(range);
  let best = media[0];
  for (const each of media) if (quality(each, ranges) > quality(best ?? "", ranges)) best = each;
  if (best !== undefined && quality(best, ranges) > 0) return best;
  return media.length === 1 && quality("application/json", ranges) > 0 ? media[0] : undefined;
}

function range(text: string): Range[] {
  const [, main, subtype] = /^\s*([^\s/;]+)\/([^\s/;]+)\s*(?:;|$)/.exec(text) ?? [];
  if (main === undefined || subtype === undefined) return [];
  const [, weight] = /;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|$)/.exec(text) ?? [];
  return [[main, subtype, weight === undefined ? 1 : Math.min(Number(weight), 1)]];
}

/** Return the quality of the most precise range that includes a media type, 0 if none does. */
function quality(mediaType: string, ranges: readonly Range[]): number {
  const [main = "", subtype = ""] = (mediaType.toLowerCase().split(";")[0] ?? "").trim().split("/");
  for (const [a, b] of [[main, subtype], [main, "*"], ["*", "*"]]) {
    const found = ranges.filter(([x, y]) => x === a && y === b).map(([, , weight]) => weight);
    if (found.length) return Math.max(...found);
  }
  return 0;
}
