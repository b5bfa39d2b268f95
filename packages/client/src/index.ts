export type { Client, ClientOptions, FollowOptions, NewAttachment } from './client.ts';
export { createClient } from './create-client.ts';
export { type ClientCode, clientCodes, DispatchError, isTransient } from './dispatch-error.ts';
export type { FollowItem } from './http/follow-turn.ts';
export type { SentTurn } from './http/send-turn.ts';
export type { Snapshot } from './http/snapshot.ts';
export type { Connection, ConversationNotice, Subscription } from './socket/connection.ts';
export type { Socket, SocketEvents, Surroundings } from './surroundings.ts';
export { addChunks } from './view/add-chunks.ts';
export { applyItem } from './view/apply-item.ts';
export {
  type CallItem,
  type ConversationView,
  type ErrorItem,
  emptyView,
  type StepItem,
  type TurnItem,
  type TurnView,
  type UserItem,
} from './view/conversation-view.ts';
