/** An FTP server in its own process, so that its CPU time and memory do not count as the feed's. */
import { startFtp } from '../test/stand-ins/ftp/server.ts';

const { host, port, user, password, root } = await startFtp();
process.send!({ host, port, user, password, root });
