// Reads ESC/POS bytes from stdin and tells what npos, a parser written by others, finds in them.
// npos predates the QR command, so the shape of "GS ( k" (a 16-bit length, then the payload) is added to its rules.
'use strict';
const iconv = require('iconv-lite');
const npos = require('npos');
const rules = require('npos/lib/parser/rules');
rules[0x1d]['(k'] = [0, 'd16'];

const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk));
process.stdin.on('end', () => {
  npos.parser(rules).parse(Buffer.concat(chunks)).then(
    (tree) => {
      const text = tree.entries.filter((entry) => entry.type === 'text').map((entry) => entry.data);
      const bytes = Buffer.concat(text.map((data) => (Buffer.isBuffer(data) ? data : Buffer.from(data, 'binary'))));
      process.stdout.write(JSON.stringify({
        commands: tree.tree.map((node) => node.ascii + (node.fn ? ' ' + node.fn : '')),
        types: tree.entries.map((entry) => entry.type),
        text: iconv.decode(bytes, 'gb18030'),
        rasters: tree.entries.filter((entry) => entry.type === 'raster').map((entry) => entry.data).map((raster) => ({
          width: raster.width, height: raster.height,
          rows: Array.from({length: raster.height}, (_, y) =>
            Array.from({length: raster.width}, (_, x) => (raster.getPixel(x, y) ? 0 : 1)).join('')),
        })),
      }));
    },
    (error) => { process.stderr.write(String(error)); process.exit(2); },
  );
});
