/** The routes and streams without a server: for whoever has requests of another kind. */
export { type Answer, problemAnswer, problemOfError } from './answer.ts';
export { extensionRoutes } from './routes/extension-routes.ts';
export { createHandlers } from './routes/handlers.ts';
export { type OwnHandlers, ownRoutes } from './routes/own-routes.ts';
export type { RawRequest, ServedRoute } from './routes/served-route.ts';
export type { EventSink } from './streams/event-sink.ts';
export { writeEvents } from './streams/write-events.ts';
