/**
 * The console's page as one file that opens from a disk: its script and its style are in it, and it asks
 * nobody for anything. `p2pchat simulate --report` puts recordings into it.
 */
import { createHash } from 'node:crypto';
import { build, type Rolldown } from 'vite';

/** The page's HTML, with a place for recordings. @throws TypeError where the build gives something else. */
export async function singlePage(): Promise<string> {
  const built = await build({
    logLevel: 'warn',
    build: {
      write: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      cssCodeSplit: false,
      modulePreload: false,
      chunkSizeWarningLimit: 5_000,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const { output } = built as Rolldown.RolldownOutput;
  const scripts = output.filter((file) => file.type === 'chunk');
  const styles = output.filter((file) => file.type === 'asset' && file.fileName.endsWith('.css'));
  const [script] = scripts;
  const [style] = styles;
  if (scripts.length !== 1 || styles.length !== 1 || script?.type !== 'chunk' || style?.type !== 'asset')
    throw new TypeError(`one script and one style were expected: ${output.map(({ fileName }) => fileName)}`);
  return page(inScript(script.code), String(style.source));
}

/** What would end a script's element, or begin a comment in it, can only stand in its strings. */
function inScript(code: string): string {
  return code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

/**
 * Nothing but these two may run or be applied, and nothing is loaded; the layout of statecharts is a worker.
 */
function page(script: string, style: string): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>P2PChat</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page of P2PChat needs JavaScript. What it shows is in this file.</noscript>
<!--recordings-->
<script type="module">${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
