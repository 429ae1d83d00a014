// Errors that another layer meets on their way outward.
export const context = {
  'sync-throw': () => () => { throw new Error('thrown before any promise') },
  'reject-null': () => () => Promise.reject(null),
  'caught': () => [
    async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        ctx.body = `caught ${error.message}`
      }
    },
    (ctx) => ctx.throw(404, 'inside'),
  ],
  'caught-and-emitted': () => [
    async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        ctx.status = error.status
        ctx.body = `caught ${error.message}`
        ctx.app.emit('error', error, ctx)
      }
    },
    (ctx) => ctx.throw(418, 'inside'),
  ],
  'caught-in-the-middle': () => [
    async (ctx, next) => {
      await next()
      ctx.append('X-Order', 'outer')
    },
    async (ctx, next) => {
      try {
        await next()
      } catch {
        ctx.append('X-Order', 'caught')
      }
      ctx.append('X-Order', 'went on')
    },
    () => { throw new Error('inside') },
  ],
  'state-is-fresh': () => (ctx) => {
    const before = Object.keys(ctx.state).length
    ctx.state.seen = true
    ctx.body = [before, Object.keys(ctx.state).length]
  },
  'listener-throws': () => (ctx) => {
    ctx.app.on('error', () => { throw new Error('the listener broke') })
    throw new Error('first')
  },
}
