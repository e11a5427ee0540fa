// `npm run chat`: the chat on port 8090, or on $PORT, until Ctrl-C.
import { fromEvent, takeUntil } from 'rxjs';
import { chat } from './chat.js';

chat({ port: Number(process.env.PORT ?? 8090) })
  .pipe(takeUntil(fromEvent(process, 'SIGINT')))
  .subscribe({
    next: (url) => console.log(`The chat is at ${url} (open it in several tabs; Ctrl-C ends it)`),
    error: (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  });
