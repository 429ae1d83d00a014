// The handlers that are more than steps: `name` or `name argument`, a middleware or a list of them.
import { compose } from './compose.mjs'
import { context } from './context.mjs'
import { respond } from './respond.mjs'
import { router } from './router.mjs'

export const cases = { ...compose, ...context, ...respond, ...router }
