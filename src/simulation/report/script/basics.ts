/** Page script: making SVG shapes, writing times, and what was going on at a moment. */

/** See `page-script.ts`. */
export const BASICS_SCRIPT = `
const SVG = (document.querySelector('svg') || document.documentElement).namespaceURI;

function shape(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const key of Object.keys(attributes)) element.setAttribute(key, String(attributes[key]));
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function hinted(element, text) {
  shape(element, 'title', {}, text);
  return element;
}

function item(parent, name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  parent.append(element);
  return element;
}

function clock(ms, digits) {
  const scale = Math.pow(10, digits);
  const units = Math.floor((ms / 1000) * scale + 1e-6);
  const minutes = Math.floor(units / (60 * scale));
  const seconds = (units - minutes * 60 * scale) / scale;
  return minutes + ':' + seconds.toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, '0');
}

function span(ms) {
  if (ms < 9.95) return ms.toFixed(1) + ' ms';
  if (ms < 999.5) return Math.round(ms) + ' ms';
  return (ms / 1000).toFixed(1) + ' s';
}

function plural(count, noun) {
  return count.toLocaleString('en') + ' ' + noun + (count === 1 ? '' : 's');
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/** The last element whose number at "key" is not above the value, or -1; the list is in that order. */
function lastAt(list, key, value) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle][key] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
`;
