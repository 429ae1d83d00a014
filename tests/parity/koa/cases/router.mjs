// Tables of routes, on @koa/router.
import Router from '@koa/router'

// A handler that says which route was taken, and what it captured.
const at = (name) => (ctx) => {
  const params = Object.entries(ctx.params).sort().filter(([, value]) => value !== undefined)
  ctx.body = [name, ...params.map(([name, value]) => `${name}=${value}`)].join(' ')
}
// A middleware that notes that it ran, and what was captured then.
const passes = (name) => async (ctx, next) => {
  ctx.append('X-Passed', [name, ...Object.values(ctx.params)].join(' '))
  await next()
}
const serve = (...routers) => routers.flatMap((router) => [router.routes(), router.allowedMethods()])

const table = (options) => {
  const router = new Router(options)
  router.get('/', at('root'))
  router.get('/users', at('users'))
  router.put('/users', at('put'))
  router.post('/posts', at('post'))
  router.head('/both', (ctx) => { ctx.set('X-Head', 'own'); ctx.status = 204 })
  router.get('/both', at('both'))
  router.get('/users/:id', at('user'))
  router.get('/users/:id/posts/:post', at('of'))
  router.get('/dir/', at('dir'))
  router.get('/f/*path', at('file'))
  router.get('/g{/*path}', at('any'))
  router.get('/caf%C3%A9', at('encoded'))
  return router
}

export const router = {
  'routes': () => serve(table()),
  'routes-alone': () => table().routes(),
  'routes-strict': () => serve(table({ strict: true })),
  'routes-exact': () => serve(table({ sensitive: true })),
  'routes-any-case': () => serve(table({ sensitive: false })),
  'routes-decoded': () => {
    const router = new Router()
    router.get('/café', at('decoded'))
    return serve(router)
  },
  'put-before-get': () => {
    const router = new Router()
    router.put('/x', at('put'))
    router.get('/x', at('get'))
    return serve(router)
  },
  'own-methods': () => {
    const router = new Router({ methods: ['GET', 'HEAD', 'POST', 'PURGE'] })
    router.get('/x', at('get'))
    router.register('/x', ['PURGE'], at('purge'))
    return serve(router)
  },
  'answered-behind': () => [...serve(table()), (ctx) => { ctx.status = 202; ctx.body = 'behind' }],
  'leaves-404': () => {
    const router = new Router()
    router.get('/x', () => {})
    return serve(router)
  },
  'layer-leaves-404': () => {
    const [one, two] = [new Router(), new Router()]
    one.post('/x', at('never'))
    two.use('/x', () => {})
    two.get('/x', at('never'))
    return [one.allowedMethods(), two.allowedMethods(), one.routes(), two.routes()]
  },
  'no-handlers': () => {
    const router = new Router()
    router.get('/x')
    return serve(router)
  },
  'two-routers': () => {
    const [one, two] = [new Router(), new Router()]
    one.get('/x', at('one'))
    two.post('/x', at('two'))
    two.get('/y', at('three'))
    // the methods of both are told by the one outside
    return [one.allowedMethods(), two.allowedMethods(), one.routes(), two.routes()]
  },
  'several-handlers': () => {
    const router = new Router()
    router.get('/x', passes('a'), passes('b'), at('end'), at('never'))
    router.get('/stops', passes('a'), (ctx) => { ctx.status = 204 }, at('never'))
    return serve(router)
  },
  'two-that-match': () => {
    const router = new Router()
    router.get('/ends/:a', at('first'))
    router.get('/ends/x', at('never'))
    router.get('/goes-on/:a', passes('first'))
    router.get('/goes-on/x', at('second'))
    return [...serve(router), (ctx) => { ctx.body ??= 'behind' }]
  },
  'exclusive': () => {
    const router = new Router({ exclusive: true })
    router.get('/:a', at('first'))
    router.get('/x', at('last'))
    return serve(router)
  },
  'exclusive-by-specificity': () => {
    const router = new Router({ exclusive: 'specificity' })
    router.get('/:a', at('first'))
    router.get('/x', at('last'))
    return serve(router)
  },
  'static-before-param': () => {
    const router = new Router()
    router.get('/x', at('static'))
    router.get('/:a', at('param'))
    return serve(router)
  },
  'used': () => {
    const router = new Router({ prefix: '/t/:tid' })
    router.use(passes('all'))
    router.use(['/a', '/b'], passes('some'))
    router.use('/', passes('root'))
    router.use('', passes('every'))
    for (const path of ['/', '/a', '/b', '/c']) router.get(path, at(path))
    return serve(router)
  },
  'used-without-types': () => {
    const router = new Router({ prefix: '/t/:tid' })
    router.use(passes('all'))
    router.get('/', at('/'))
    return serve(router)
  },
  'used-with-param': () => {
    const router = new Router()
    router.use('/:id', passes('under'))
    router.get('/:id', at('user'))
    return serve(router)
  },
  'unrelated': () => {
    const [users, accounts] = [new Router({ prefix: '/users' }), new Router({ prefix: '/accounts' })]
    accounts.use(passes('accounts'))
    accounts.get('/', at('accounts'))
    users.get('/:id/accounts', at('of'))
    return serve(accounts, users)
  },
  'prefixed': () => {
    const router = new Router()
    router.prefix('/foo')
    router.get('/', at('root'))
    router.get('/x/:id', at('x'))
    return serve(router)
  },
  'prefixed-strictly': () => {
    const router = new Router({ prefix: '/foo', strict: true })
    router.get('/', at('root'))
    router.get('/x', at('x'))
    return serve(router)
  },
  'nested-routers': () => {
    const posts = new Router()
    posts.use(passes('child'))
    posts.get('/', at('list'))
    posts.get('/:pid', at('post'))
    const forums = new Router({ prefix: '/v1' })
    forums.use('/forums/:fid', passes('parent'))
    forums.use('/forums/:fid/posts', posts.routes(), posts.allowedMethods())
    forums.use('/archive', posts.routes())
    forums.get('/forums/:fid/about', at('about'))
    return serve(forums)
  },
  'optional': () => {
    const router = new Router()
    router.get('/r/:id{.:ext}', at('file'))
    return serve(router)
  },
  'rewritten': () => {
    const router = new Router()
    router.get('/users/:id', at('user'))
    return [
      async (ctx, next) => {
        ctx.path = ctx.path.replace(/^\/v1/, '')
        await next()
      },
      ...serve(router),
    ]
  },
  'matched': () => {
    const router = new Router()
    router.get('user', '/users/:id', at('user'))
    router.get('/plain', at('plain'))
    return [
      async (ctx, next) => {
        await next()
        ctx.set('X-Name', ctx._matchedRouteName ?? 'none')
        ctx.set('X-Matched', String(Boolean(ctx.routeMatched)))
      },
      ...serve(router),
    ]
  },
  'matched-seen-inside': () => {
    const router = new Router()
    router.get('/x', (ctx) => { ctx.body = String(ctx.routeMatched) })
    return [...serve(router)]
  },
  'redirects': () => {
    const router = new Router()
    router.redirect('/old', '/new')
    router.redirect('/moved', '/new', 307)
    router.redirect('/away', 'http://example.org')
    return serve(router)
  },
  'host': () => {
    const router = new Router({ host: ['example.com', 'example.org'] })
    router.get('/x', at('here'))
    return [...serve(router), (ctx) => { ctx.body ??= 'elsewhere' }]
  },
  'throws': () => {
    const router = new Router()
    router.get('/x', (ctx) => ctx.throw(409, 'inside'))
    router.get('/x', at('never'))
    return serve(router)
  },
  'route-waits': () => {
    const router = new Router()
    router.get('/x', async (ctx) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      ctx.body = 'later'
    })
    return serve(router)
  },
}
