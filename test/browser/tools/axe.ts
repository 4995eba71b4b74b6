/**
 * What axe (the accessibility checker of axe-core) finds on a page, and how far the colours of marks are from
 * the ground that they stand on: axe looks at text only.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE_FILE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A mark that carries meaning, and the property that paints it. */
export interface Mark {
  readonly selector: string;
  readonly property: 'fill' | 'stroke' | 'border-top-color' | 'border-left-color' | 'background-color';
}

/** Everything that axe finds on the page as it is now, a line each: rule, element, why. */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE_FILE, 'utf8'));
  const results = (await page.evaluate('axe.run(document)')) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/**
 * Runs in the page: the contrast of each mark to its ground, by selector; marks that are absent have none.
 */
function contrasts(marks: readonly Mark[]): Record<string, number> {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser has no canvas');
  const pixelOf = (colour: string): readonly number[] => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (pixel: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = pixel.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element): readonly number[] => {
    for (let above = element.parentElement; above !== null; above = above.parentElement) {
      const pixel = pixelOf(getComputedStyle(above).backgroundColor);
      if (pixel[3] === 255) return pixel;
    }
    return [255, 255, 255, 255];
  };
  const found: Record<string, number> = {};
  for (const { selector, property } of marks)
    for (const element of document.querySelectorAll(selector)) {
      const style = getComputedStyle(element);
      const colour = pixelOf(style.getPropertyValue(property));
      const ground = groundOf(element);
      const opacity = ((colour[3] ?? 255) / 255) * Number(style.opacity);
      const seen = colour.map((part, at) => part * opacity + (ground[at] ?? 0) * (1 - opacity));
      const [light = 0, dark = 0] = [luminance(seen), luminance(ground)].sort((one, other) => other - one);
      const contrast = (light + 0.05) / (dark + 0.05);
      const key = `${selector} ${property}`;
      found[key] = Math.min(found[key] ?? Number.POSITIVE_INFINITY, contrast);
    }
  return found;
}

/** The least contrast of the marks that are on the page, by selector and property. */
export async function markContrasts(page: Page, marks: readonly Mark[]): Promise<Record<string, number>> {
  // What the test runner's transform names functions with does not exist in the page.
  await page.evaluate('globalThis.__name ??= (one) => one');
  return page.evaluate(contrasts, marks);
}
