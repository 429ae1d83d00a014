// Several middleware in a row.
import koaCompose from 'koa-compose'

const note = (ctx, word) => ctx.append('X-Order', word)
const around = (before, after) => async (ctx, next) => {
  note(ctx, before)
  await next()
  note(ctx, after)
}
const end = (word) => (ctx) => {
  note(ctx, word)
  ctx.body = 'done'
}

export const compose = {
  'order': () => [around('1', '6'), around('2', '5'), around('3', '4')],
  'order-to-an-end': () => [around('1', '5'), around('2', '4'), end('3')],
  'nested': () => [around('1', '7'), koaCompose([around('2', '6'), koaCompose([around('3', '5')])]), end('4')],
  'empty-nested': () => [around('1', '3'), koaCompose([]), end('2')],
  'after-a-composition': () => [koaCompose([around('1', '4'), around('2', '3')]), end('inside')],
  'stops': () => [around('1', '3'), end('2'), end('never')],
  'no-next': () => [around('1', '2'), async () => {}, end('never')],
  'status-after-next': () => [
    async (ctx, next) => {
      await next()
      ctx.set('X-Status', String(ctx.status))
      ctx.set('X-Type', ctx.type)
      ctx.set('X-Length', String(ctx.length))
    },
    (ctx) => { ctx.body = 'hello' },
  ],
  'status-before-next': () => [
    async (ctx, next) => {
      ctx.set('X-Status', String(ctx.status))
      await next()
    },
    () => {},
  ],
  'body-replaced-outside': () => [
    async (ctx, next) => {
      await next()
      ctx.body = { wrapped: ctx.body }
    },
    (ctx) => { ctx.body = 'inner' },
  ],
  'next-twice': () => [
    async (ctx, next) => {
      await next()
      await next()
    },
    (ctx) => { ctx.body = 'once' },
  ],
  'next-twice-not-awaited': () => [
    async (ctx, next) => {
      await next()
      next()
    },
    (ctx) => { ctx.body = 'once' },
  ],
  'same-middleware-twice': () => {
    const twice = around('in', 'out')
    return [twice, twice, end('end')]
  },
  'error-passes-outward': () => [
    async (ctx, next) => {
      try {
        await next()
      } finally {
        note(ctx, 'finally')
        ctx.vary('X-Order')
      }
    },
    (ctx) => ctx.throw(403, 'not you'),
  ],
  'path-seen-inside': () => [
    async (ctx, next) => {
      ctx.path = '/rewritten'
      await next()
    },
    (ctx) => { ctx.body = [ctx.path, ctx.url, ctx.originalUrl] },
  ],
}
