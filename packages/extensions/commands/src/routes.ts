import { defineRoute, type Route } from '@dispatch/contracts';
import { asSchema, commandOutputQuery, commandsQuery, sendCommandBody } from '@dispatch/wire';
import type { BackgroundCommands } from './background-commands.ts';
import { tellCommand } from './told-command.ts';

/** Given in one answer; who wants more asks again from there. */
const maxAnswerBytes = 1024 * 1024;

/** The routes of WIRE.md section 4 that begin with `/commands`. */
export function createCommandRoutes(commands: BackgroundCommands): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/commands',
      summary: 'Lists commands in the background.',
      query: asSchema(commandsQuery),
      async handle({ query: { conversationId } }) {
        const list = await commands.list(conversationId);
        return { status: 200, json: { commands: list.map(tellCommand) } };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/commands',
      summary: 'Sends the command that a call waits for to the background.',
      body: asSchema(sendCommandBody),
      handle: async ({ body }) => ({
        status: 201,
        json: tellCommand(await commands.sendToBackground(body)),
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/commands/:id/output',
      summary: 'Reads what a command in the background has printed, from a byte on.',
      query: asSchema(commandOutputQuery),
      async handle({ params: { id = '' }, query }) {
        const read = await commands.readOutput(id, query.offset, maxAnswerBytes);
        return {
          status: 200,
          bytes: read.bytes,
          mediaType: 'text/plain; charset=utf-8',
          headers: {
            'x-output-offset': String(read.offset),
            'x-output-size': String(read.command.size),
          },
        };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/commands/:id/stop',
      summary: 'Stops a command in the background.',
      async handle({ params: { id = '' } }) {
        await commands.requestStop(id);
        return { status: 202 };
      },
    }),
  ];
}
