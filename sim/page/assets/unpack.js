// Packed bytes -> header and columns of a story.
const TYPES = { u1: Uint8Array, i4: Int32Array, u4: Uint32Array, f8: Float64Array };

export async function unpack(packed) {
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(inflated).arrayBuffer());
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const columns = {};
  let at = 4 + length;
  for (const [name, type, count] of header.columns) {
    const column = new TYPES[type](count);
    const width = column.BYTES_PER_ELEMENT;
    const flat = new Uint8Array(column.buffer);
    for (let byte = 0; byte < width; byte++) for (let i = 0, to = byte; i < count; i++, to += width) flat[to] = bytes[at++];
    columns[name] = column;
  }
  const time = new Float64Array(columns.step_low.length);
  for (let i = 0, now = 0; i < time.length; i++) time[i] = now += columns.step_low[i] + columns.step_high[i] * 4294967296;
  return { ...header, time, ...columns };
}
