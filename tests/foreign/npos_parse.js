// Reads ESC/POS jobs from stdin, a JSON list of base64 texts, and tells what npos, a parser written by others, finds in
// each. npos predates the QR command, so the shape of "GS ( k" (a 16-bit length, then the payload) is added to its rules.
'use strict';
const iconv = require('iconv-lite');
const npos = require('npos');
const rules = require('npos/lib/parser/rules');
rules[0x1d]['(k'] = [0, 'd16'];

const reading = (tree) => {
  const text = tree.entries.filter((entry) => entry.type === 'text').map((entry) => entry.data);
  const bytes = Buffer.concat(text.map((data) => (Buffer.isBuffer(data) ? data : Buffer.from(data, 'binary'))));
  return {
    commands: tree.tree.map((node) => node.ascii + (node.fn ? ' ' + node.fn : '')),
    types: tree.entries.map((entry) => entry.type),
    text: iconv.decode(bytes, 'gb18030'),
    rasters: tree.entries.filter((entry) => entry.type === 'raster').map((entry) => entry.data).map((raster) => ({
      width: raster.width, height: raster.height,
      rows: Array.from({length: raster.height}, (_, y) =>
        Array.from({length: raster.width}, (_, x) => (raster.getPixel(x, y) ? 0 : 1)).join('')),
    })),
  };
};

const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', async () => {
  try {
    const found = [];
    for (const job of JSON.parse(Buffer.concat(chunks).toString())) {
      found.push(reading(await npos.parser(rules).parse(Buffer.from(job, 'base64'))));
    }
    process.stdout.write(JSON.stringify(found));
  } catch (error) {
    process.stderr.write(String(error));
    process.exit(2);
  }
});
