/** The least that reading a chat completion can be: fetch, split, parse. Yields the chunks. */
export async function* rawParse(url: string, model: string) {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: 'go' }],
    }),
  });
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    let start = 0;
    for (;;) {
      const end = text.indexOf('\n\n', start);
      if (end < 0) break;
      const line = text.slice(start + 'data: '.length, end);
      start = end + 2;
      if (line === '[DONE]') return;
      yield JSON.parse(line);
    }
    text = text.slice(start);
  }
}
