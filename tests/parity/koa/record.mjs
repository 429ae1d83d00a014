// Records what Koa answers: `node record.mjs [folder]` writes one file for each section of ../scenarios, into ../golden if
// no folder is named.
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Koa from 'koa'
import { cases } from './cases/index.mjs'
import { bytesOf, linesOf } from './lines.mjs'
import { taking } from './steps/index.mjs'

// How long a server may be silent, in milliseconds, before that is taken for all it has to say.
const SILENCE = 400

// Koa's `env`, whatever it is where this runs
delete process.env.NODE_ENV

const here = new URL('..', import.meta.url)
const target = process.argv[2] ? new URL(`file://${process.argv[2]}/`) : new URL('golden/', here)
mkdirSync(target, { recursive: true })

const apps = JSON.parse(readFileSync(new URL('scenarios/apps.json', here)))

// What escapes from a handler has no other place to be seen in.
let events = []
process.on('uncaughtException', (error) => events.push(`uncaught: ${error.message}`))
process.on('unhandledRejection', (error) => events.push(`unhandled: ${error.message}`))

for (const file of readdirSync(new URL('scenarios/', here)).sort()) {
  if (file === 'apps.json') continue
  const golden = {}
  for (const scenario of JSON.parse(readFileSync(new URL(`scenarios/${file}`, here)))) {
    if (golden[scenario.name]) throw new Error(`two scenarios are called ${scenario.name}`)
    golden[scenario.name] = await record(scenario)
  }
  writeFileSync(new URL(file, target), JSON.stringify(golden, null, 1) + '\n')
}
process.exit(0)

async function record(scenario) {
  events = []
  const app = build(scenario)
  const server = http.createServer(app.callback()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sent = bytesOf(scenario)
  const { answer, end } = await exchange(server.address().port, sent, scenario.hangs_up)
  // the events of a connection that broke come after it
  await sleep(end === 'open' || scenario.hangs_up || events.length > 0 ? 50 : 2)
  server.closeAllConnections()
  server.close()
  return { sent: linesOf(sent), answer: linesOf(withoutDate(answer)), end, events }
}

function build(scenario) {
  const app = new Koa()
  const settings = apps[scenario.app ?? 'default']
  if (!settings) throw new Error(`${scenario.name}: there is no app called ${scenario.app}`)
  Object.assign(app, settings)
  app.on('error', (error, ctx) => {
    // whether the system tells of a client that left is a matter of time
    if (scenario.hangs_up && ['ECONNRESET', 'EPIPE'].includes(error.code)) return
    events.push(told(error, ctx))
  })
  if (scenario.case) {
    const [name, ...rest] = scenario.case.split(' ')
    const handler = cases[name]
    if (!handler) throw new Error(`${scenario.name}: there is no case called ${name}`)
    for (const middleware of [handler(rest.join(' '))].flat()) app.use(middleware)
  } else if (scenario.do) {
    app.use(taking(scenario.do))
  }
  return app
}

// The error's status, whether it is shown to the client, the response's status at that time, and the message.
function told(error, ctx) {
  const given = error.status ?? error.statusCode
  // one that no reply can have counts as 500, as it does in the reply
  const status = Number.isInteger(given) && given >= 100 && given <= 999 ? given : 500
  const exposed = error.expose ? ' exposed' : ''
  const late = error.headerSent ? ' (headers sent)' : ''
  return `${status}${exposed}${late} at ${ctx.status}: ${error.message}`
}

// Sends the bytes and takes what comes until the server ends or falls silent.
async function exchange(port, sent, hangsUp) {
  const socket = net.connect(port, '127.0.0.1')
  const chunks = []
  let end
  socket.on('data', (chunk) => chunks.push(chunk))
  const ended = new Promise((resolve) => {
    socket.on('end', () => resolve('closed'))
    socket.on('error', () => resolve('closed'))
  })
  socket.write(sent)
  if (hangsUp) {
    await sleep(100)
    end = 'hung up'
  } else {
    for (let size = -1; !end && size !== chunks.length; ) {
      size = chunks.length
      end = await Promise.race([ended, sleep(SILENCE)])
    }
  }
  socket.destroy()
  return { answer: hangsUp ? Buffer.alloc(0) : Buffer.concat(chunks), end: end ?? 'open' }
}

function withoutDate(answer) {
  return Buffer.from(answer.toString('latin1').replace(/^Date: .*\r$/gm, 'Date: now\r'), 'latin1')
}
