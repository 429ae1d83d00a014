// What is done to node's own response, or after the reply has gone.
import { setTimeout as sleep } from 'node:timers/promises'

export const respond = {
  // reads all of the request's body and sends it back
  'echo': () => async (ctx) => {
    const chunks = []
    for await (const chunk of ctx.req) chunks.push(chunk)
    ctx.body = Buffer.concat(chunks)
  },
  // values that are returned and not set
  'returns': () => async () => 'a value that nobody looks at',
  'late-body': () => [
    (ctx, next) => { next() },
    async (ctx) => {
      await sleep(10)
      ctx.body = 'too late'
    },
  ],
  'raw-status': (code) => (ctx) => { ctx.res.statusCode = Number(code) },
  'respond-false': () => (ctx) => {
    ctx.respond = false
    ctx.res.statusCode = 200
    ctx.res.setHeader('Content-Type', 'text/plain')
    ctx.res.end('raw')
  },
  'respond-false-and-silence': () => (ctx) => { ctx.respond = false },
  'respond-false-and-throw': () => (ctx) => {
    ctx.respond = false
    ctx.throw(400, 'thrown')
  },
  'raw-end-then-body': () => (ctx) => {
    ctx.res.statusCode = 200
    ctx.res.end('raw')
    ctx.body = 'ignored'
  },
  'raw-write-and-end': () => async (ctx) => {
    ctx.res.statusCode = 200
    ctx.res.write('Hello')
    await sleep(10)
    ctx.res.end('Goodbye')
  },
  'flush-then-text': () => (ctx) => {
    ctx.status = 200
    ctx.flushHeaders()
    ctx.set('X-Late', 'ignored')
    ctx.remove('X-Nothing')
    ctx.vary('X-Late')
    ctx.status = 500
    ctx.type = 'html'
    ctx.body = 'after the headers'
  },
  'flush-then-object': () => (ctx) => {
    ctx.type = 'json'
    ctx.status = 200
    ctx.length = 7
    ctx.flushHeaders()
    ctx.body = { a: 1 }
  },
  'flush-without-status': () => (ctx) => {
    ctx.flushHeaders()
    ctx.body = 'found after all'
  },
  'flush-and-nothing': () => (ctx) => {
    ctx.status = 200
    ctx.flushHeaders()
  },
  'flush-and-throw': () => (ctx) => {
    ctx.status = 200
    ctx.flushHeaders()
    throw new Error('after the headers')
  },
  'set-after-the-end': () => async (ctx) => {
    ctx.respond = false
    ctx.res.end('done')
    await sleep(10)
    ctx.set('X-Late', '1')
    ctx.status = 500
    ctx.body = 'late'
    ctx.redirect('/late')
  },
  'stream-without-end': () => async (ctx) => {
    const { Readable } = await import('node:stream')
    ctx.body = new Readable({ read() { setTimeout(() => this.push('more'), 10) } })
  },
  'waits': () => async (ctx) => {
    await sleep(150)
    ctx.body = 'nobody there'
  },
  'socket-destroyed': () => (ctx) => {
    ctx.socket.destroy(new Error('cut by a layer'))
    ctx.body = 'hello'
  },
}
