// The bytes of a scenario, and how bytes are written down.

// All that is sent: spelled out by `request`, or made of what differs from the usual request.
export function bytesOf(scenario) {
  if (scenario.request) return Buffer.from(scenario.request.join('\r\n'), 'latin1')
  const { method = 'GET', target = '/', headers = [], body } = scenario
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: example.com', ...headers, 'Connection: close']
  const framed = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line))
  if (body !== undefined && !framed) lines.push(`Content-Length: ${body.length}`)
  return Buffer.from([...lines, '', body ?? ''].join('\r\n'), 'latin1')
}

// Bytes as lines of text, a letter a byte.
export function linesOf(bytes) {
  return bytes.toString('latin1').split('\r\n')
}
